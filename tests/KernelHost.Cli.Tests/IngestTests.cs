using System.Text.Json;
using KernelHost.Cli.Commands;
using KernelHost.Cli.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace KernelHost.Cli.Tests;

/// <summary><c>ingest</c>: documents become something that people and agents can search.</summary>
public class IngestTests
{
    [Fact]
    public async Task Ingest_ThenSearchAndAsk_FindsThePassage()
    {
        using var home = new TestHome();
        home.Write("docs/leave.md", "# Leave\n\n## Parental leave\n\nParental leave lasts sixteen weeks and is paid in full.");
        home.Write("docs/fees.csv", "Country,Fee\nNorway,5 EUR\nChile,9 EUR\n");
        home.Write("docs/scan.bin", "\0\u0001");

        var ingested = (await home.RunAsync("ingest", Path.Combine(home.Work, "docs"), "--collection", "handbook", "-o", "json")).Expect(0).Json;

        Assert.Equal((2, 3), (ingested.GetProperty("added").GetInt32(), ingested.GetProperty("embeddedChunks").GetInt32()));
        Assert.Equal("scan.bin", Assert.Single(ingested.Items("skipped")).Text("path"));
        Assert.Equal("leave.md", (await home.RunAsync("search", "memory/handbook", "parental leave", "-o", "json")).Expect(0).Json.Items("passages").First().Text("source"));
        Assert.Contains("Chile", (await home.RunAsync("search", "handbook", "fee Chile", "-o", "json")).Expect(0).Json.Items("passages").First().Text("text"), StringComparison.Ordinal);

        home.Write("agents/hr.yaml", "name: hr\ninstructions: You answer from the handbook.\ncollections: [handbook]\n");
        var run = (await home.RunAsync("run", "hr", "How long does parental leave last?", "--agents", Path.Combine(home.Work, "agents"), "-o", "json")).Expect(0).Json;
        Assert.Equal("completed", run.Tool("memory/handbook").Text("status"));
        Assert.Contains("sixteen weeks", run.Text("answer"), StringComparison.Ordinal);
        Assert.Equal("leave.md", Assert.Single(run.Items("citations")).Text("source"));
    }

    [Fact]
    public async Task Ingest_InWords_SaysWhatWasDoneAndWhyNot()
    {
        using var home = new TestHome();
        home.Write("docs/a.md", "The dog.");
        home.Write("docs/.hidden.md", "The hidden dog.");
        home.Write("docs/b.txt", "\u202Eevil\u202C text");
        home.Write("docs/c.pdf", "no PDF");
        var docs = Path.Combine(home.Work, "docs");

        var dry = (await home.CallAsync("ingest", docs, "--collection", "pets", "--dry-run")).Expect(0);
        Assert.Contains("as it would be: 3 added", dry.Out, StringComparison.Ordinal);
        var result = (await home.CallAsync("ingest", docs, "--collection", "pets", "--readers", "staff, anna", "--integrity", "trusted")).Expect(0);
        Assert.Contains("Collection 'pets': 3 added, 0 updated, 0 removed, 0 unchanged; 3 passages embedded.", result.Out, StringComparison.Ordinal);
        Assert.Contains("c.pdf", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', result.Out);
        Assert.Contains("0 added, 0 updated, 0 removed, 3 unchanged; 0 passages embedded", (await home.CallAsync("ingest", docs, "--collection", "pets", "--readers", "anna,staff", "--integrity", "trusted")).Expect(0).Out, StringComparison.Ordinal);

        // Only who is named sees it; the tests run as nobody of that name.
        Assert.Empty((await home.CallAsync("search", "pets", "dog", "-o", "json")).Expect(0).Json.Items("passages"));
    }

    [Fact]
    public async Task Ingest_SeveralPlaces_NamesDocumentsBelowWhatTheyShare()
    {
        using var home = new TestHome();
        home.Write("one/a.md", "The dog.");
        home.Write("two/deep/b.md", "The cat.");
        home.Write("two/deep/c.txt", "The bird.");

        (await home.CallAsync("ingest", Path.Combine(home.Work, "one", "a.md"), Path.Combine(home.Work, "two", "**", "*.md"), "--collection", "pets")).Expect(0);

        var found = (await home.CallAsync("search", "pets", "dog cat bird", "-o", "json")).Expect(0).Json;
        Assert.Equal(["one/a.md", "two/deep/b.md"], found.Items("passages").Select(passage => passage.Text("source")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ingest_OtherDirectory_IsRefusedUnlessItReplaces()
    {
        using var home = new TestHome();
        home.Write("one/a.md", "The dog.");
        home.Write("two/b.md", "The cat.");
        (await home.CallAsync("ingest", Path.Combine(home.Work, "one"), "--collection", "pets")).Expect(0);

        (await home.CallAsync("ingest", Path.Combine(home.Work, "two"), "--collection", "pets")).ExpectFailure(1, "Name both places");
        (await home.CallAsync("ingest", Path.Combine(home.Work, "one", "*.typo"), "--collection", "pets")).ExpectFailure(1, "emptied");
        (await home.CallAsync("ingest", Path.Combine(home.Work, "two"), "--collection", "pets", "--replace")).Expect(0);
        Assert.Equal("b.md", Assert.Single((await home.CallAsync("search", "pets", "cat dog", "-o", "json")).Expect(0).Json.Items("passages")).Text("source"));
    }

    [Fact]
    public async Task Ingest_StoreThatTheHostLacks_IsRefused()
    {
        using var home = new TestHome();
        home.Write("a.md", "The dog.");
        var config = home.Write("config.json", """{ "KernelHost": { "Memory": { "Store": "qdrnt" } } }""");
        (await home.CallAsync("ingest", Path.Combine(home.Work, "a.md"), "--collection", "pets", "--config", config)).ExpectFailure(2, "'qdrnt', which this host does not have. Did you mean 'qdrant'?");
        var wrong = home.Write("wrong.json", """{ "KernelHost": { "Memory": { "Pth": "x" } } }""");
        (await home.CallAsync("runs", "list", "--config", wrong)).ExpectFailure(2, "Did you mean 'Path'?");
    }

    [Fact]
    public async Task Watch_FollowsWhatChangesUntilItIsInterrupted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The process is interrupted by a POSIX signal.");
        using var home = new TestHome();
        var first = home.Write("docs/a.md", "The dog.");
        using var process = home.Start("ingest", Path.Combine(home.Work, "docs"), "--collection", "pets", "--watch", "-o", "json");
        var cancellation = TestContext.Current.CancellationToken;
        try
        {
            Assert.Equal(1, await NextAsync("added"));

            // Through another name and away again, as editors save.
            var half = home.Write("docs/b.tmp", "The cat.");
            File.Move(half, Path.Combine(home.Work, "docs", "b.md"));
            Assert.Equal(1, await NextAsync("added"));
            File.Delete(first);
            Assert.Equal(1, await NextAsync("removed"));
            using var kill = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"kill -INT {process.Id}"]);
            await process.WaitForExitAsync(cancellation);
            Assert.Equal(130, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        // Between the two names the watcher may have looked already; what counts is that the change is told at all.
        async Task<int> NextAsync(string property)
        {
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                if (JsonDocument.Parse(line).RootElement.GetProperty(property).GetInt32() is > 0 and var count)
                {
                    return count;
                }
            }

            throw new InvalidOperationException($"The output ended without '{property}': {await process.StandardError.ReadToEndAsync(cancellation)}");
        }
    }

    [Fact]
    public async Task ChangeSignal_WaitsUntilNothingChangesAnyMore()
    {
        var clock = new FakeTimeProvider();
        using var signal = new ChangeSignal(clock);
        var waiting = signal.WaitAsync(TestContext.Current.CancellationToken);
        signal.Set();
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(ChangeSignal.Rest / 2);
            signal.Set();
            Assert.False(waiting.IsCompleted);
        }

        while (!waiting.IsCompleted)
        {
            clock.Advance(ChangeSignal.Rest);
            await Task.Yield();
        }

        await waiting;
        Assert.False(signal.WaitAsync(TestContext.Current.CancellationToken).IsCompleted);
    }
}
