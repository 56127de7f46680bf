using KernelHost.Cli.Output;

namespace KernelHost.Cli.Tests.Output;

/// <summary>Tables on terminals of every width.</summary>
public class TableTests
{
    private const string Run = "run_7k2m9q1x3z4w";
    private const string Request = "Where is my order 1042? If it is late, refund the shipping.";

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(200)]
    public void Terminal_OfAnyWidth_ShowsEveryCellAndBreaksNoId(int width)
    {
        var shown = Write(width, "");

        Assert.Contains(Run, shown, StringComparison.Ordinal);
        Assert.Contains("waiting for approval", shown, StringComparison.Ordinal);
        Assert.Contains("2026-11-26 09:23:15", shown, StringComparison.Ordinal);
        // However its lines are broken: word by word, and a column is wide enough for words.
        Assert.All(Request.Split(' '), word => Assert.Contains(word, shown, StringComparison.Ordinal));
    }

    [Fact]
    public void Terminal_TooNarrow_ShowsRecordsWithoutWhatIsEmpty() => Assert.Equal(
        """
        Run      run_7k2m9q1x3z4w
        Status   waiting for approval
        Started  2026-11-26 09:23:15
        Request  Where is my order 1042? If it is late, refund the shipping.

        Run      run_0000000000000
        Status   completed
        Started  2026-11-26 09:23:11
        Agent    support
        Request  Hello

        """.ReplaceLineEndings(), Write(70, ""));

    private static string Write(int width, string agent)
    {
        using var output = new StringWriter();
        using var screen = new Screen(TextReader.Null, output, TextWriter.Null) { OutIsTerminal = true, Width = width, Color = false };
        var table = new Table("Run", "Status", "Started", "Agent", "Request");
        table.Add(Run, "waiting for approval", "2026-11-26 09:23:15", agent, Request);
        table.Add("run_0000000000000", "completed", "2026-11-26 09:23:11", "support", "Hello");
        table.Write(screen);
        return output.ToString();
    }
}
