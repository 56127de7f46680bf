using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests.Output;

/// <summary>Standard output that cannot be written, such as a file on a full disk.</summary>
public class StandardStreamTests
{
    [Theory]
    [InlineData(1, "plugin", "list")]
    [InlineData(1, "doctor", "-o", "json")]
    [InlineData(2, "runs", "show", "run_000000000000", "-o", "json")]
    [InlineData(3, "run", "support", "Where is my order 1042? If it is late, refund the shipping.")]
    public async Task Output_ThatCannotBeWritten_IsToldAndTheCommandEnds(int code, params string[] arguments)
    {
        using var home = new TestHome();
        var stream = new StandardStream(new FullDisk());
        using var error = new StringWriter();
        using var screen = new Screen(TextReader.Null, new StreamWriter(stream), error) { OutStream = stream };
        using var interrupts = new Interrupts(screen, listens: false);

        var ended = await new CommandRunner(screen, interrupts).RunAsync([.. arguments, "--data", home.Data, "--plugins", CliPaths.Plugins]);

        Assert.Equal(code, ended);
        Assert.Contains("The output could not be written: The disk is full. Free some space", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("The disk is full.");
    }
}
