namespace KernelHost.Abstractions.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_IsTheApprovedOne()
    {
        var approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt")).ReplaceLineEndings("\n");
        var actual = PublicApi.Print(typeof(Plugin).Assembly);
        if (actual != approved)
        {
            var received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
            File.WriteAllText(received, actual);
            var added = actual.Split('\n').Except(approved.Split('\n')).Select(line => $"+ {line}");
            var removed = approved.Split('\n').Except(actual.Split('\n')).Select(line => $"- {line}");
            Assert.Fail(
                "The public API of KernelHost.Abstractions changed; every plugin compiles against it.\n" + string.Join('\n', removed.Concat(added)) +
                $"\nIf that is meant, copy '{received}' over 'tests/KernelHost.Abstractions.Tests/PublicApi.txt' and let the diff be reviewed.");
        }
    }
}
