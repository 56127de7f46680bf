using System.Diagnostics;
using System.Globalization;
using KernelHost.CrashHost;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;

namespace KernelHost.Tests.Memory;

/// <summary>
/// A real process that ingests, and is killed with SIGKILL at a point where it stands still: readers see the old documents or the new ones, whole, and
/// whoever ingests next finishes the work, without paying for a vector twice.
/// </summary>
public sealed class IngestKillTests : IDisposable
{
    private static readonly string[] Old = ["a.md: Apples are old.", "b.md: Bananas are old.", "c.md: Cherries are old.", "d.md: Dates are old.", "e.md: Elder is old."];
    private static readonly string[] New = ["a.md: Apples are old.", "b.md: Bananas are new.", "d.md: Dates are old.", "e.md: Elder is new.", "f.md: Figs are new."];

    private readonly string _home = Directory.CreateTempSubdirectory("kernelhost-ingest-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("file 3", false)]
    [InlineData("batch 1", false)]
    [InlineData("batch 2", false)]
    [InlineData("before the change", false)]
    [InlineData("inside the change", false)]
    [InlineData("behind the change", true)]
    public async Task Killed_OverAnOlderGeneration_ReadersSeeOneOfTheTwoWhole(string point, bool written)
    {
        await IngestAsync(Old);
        Write(New);

        var first = await KillAsync(point, whileItStands: () => ExpectAsync(written ? New : Old));
        await ExpectAsync(written ? New : Old);
        var second = await FinishAsync();

        await ExpectAsync(New);
        // What was made before the kill is not made again, and what is unchanged is not made at all.
        Assert.Equal(["Bananas are new.", "Elder is new.", "Figs are new."], first.Concat(second).Order(StringComparer.Ordinal));
        Assert.Equal(point switch { "file 3" or "batch 1" => 0, "batch 2" => IngestProcess.BatchSize, _ => 3 }, first.Count);
    }

    [Theory]
    [InlineData("batch 2", false)]
    [InlineData("created", false)]
    [InlineData("inside the change", false)]
    [InlineData("behind the change", true)]
    public async Task Killed_InTheFirstIngestion_ReadersSeeNothingOrAll(string point, bool written)
    {
        Write(Old);

        var first = await KillAsync(point, whileItStands: () => ExpectAsync(written ? Old : []));
        var second = await FinishAsync();

        await ExpectAsync(Old);
        Assert.Equal(Old.Select(static line => line[6..]), first.Concat(second).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("batch 2", false)]
    [InlineData("rebuild 4", false)]
    [InlineData("before the switch", false)]
    [InlineData("behind the rebuild", true)]
    public async Task Killed_WhileItEmbedsAnew_SearchesGoOnWithOneOfTheTwoModels(string point, bool switched)
    {
        await IngestAsync(Old);

        var first = await KillAsync(point, whileItStands: () => ExpectAsync(Old), model: "letters-2");
        Assert.Equal("b.md", await FirstFoundAsync("Bananas are old.", switched ? "letters-2" : "letters"));
        var second = await FinishAsync("letters-2");

        await ExpectAsync(Old);
        Assert.Equal("b.md", await FirstFoundAsync("Bananas are old.", "letters-2"));
        Assert.Equal(Old.Select(static line => line[6..]), first.Concat(second).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Killed_AtOnePointAfterTheOther_TheWorkIsFinishedAllTheSame()
    {
        await IngestAsync(Old);
        Write(New);
        List<string> embedded = [];
        foreach (var point in new[] { "file 1", "batch 2", "inside the change", "before the change", "inside the change" })
        {
            embedded.AddRange(await KillAsync(point, whileItStands: () => ExpectAsync(Old)));
        }

        embedded.AddRange(await FinishAsync());

        await ExpectAsync(New);
        Assert.Equal(["Bananas are new.", "Elder is new.", "Figs are new."], embedded.Order(StringComparer.Ordinal));
        Assert.Empty(await FinishAsync());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private void Write(string[] documents)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_home, "documents")).FullName;
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            File.Delete(file);
        }

        foreach (var document in documents)
        {
            var path = Path.Combine(directory, document[..4]);
            File.WriteAllText(path, document[6..]);
            // Old enough to be relied on, and another for each text.
            File.SetLastWriteTimeUtc(path, new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(document.Sum(static letter => letter)));
        }
    }

    private async Task IngestAsync(string[] documents)
    {
        Write(documents);
        await FinishAsync();
    }

    // Everything that a reader can see: all chunks, by where they come from, and the documents that they belong to.
    private async Task ExpectAsync(string[] documents)
    {
        using var store = new SqliteRecordStore(Path.Combine(_home, "memory.db"));
        var collection = store.GetCollection(IngestProcess.Collection);
        var records = await collection.GetStateAsync(Cancellation) is null ? [] : await collection.ListAsync(new RecordListing { Top = 1000, IncludeVectors = true }, Cancellation);
        var chunks = records.Where(static record => (string)record[DocumentSchema.Kind]! == DocumentSchema.ChunkKind).ToList();
        Assert.Equal(documents, chunks.Select(static chunk => $"{chunk[DocumentSchema.Source]}: {chunk[DocumentSchema.Text]}").Order(StringComparer.Ordinal));
        Assert.All(chunks, static chunk => Assert.Equal(26, chunk.Vectors[DocumentSchema.Vector].Length));
        Assert.Equal(
            documents.Select(static document => document[..4]),
            records.Where(static record => (string)record[DocumentSchema.Kind]! == DocumentSchema.DocumentKind).Select(static record => (string)record[DocumentSchema.Source]!).Order(StringComparer.Ordinal));
    }

    private async Task<string> FirstFoundAsync(string query, string model)
    {
        await using var memory = IngestProcess.Open(_home, model);
        return (await memory.SearchAsync(IngestProcess.Collection, query, MemoryFolder.Anna, top: 1, Cancellation))[0].Source;
    }

    /// <summary>Kills an ingestion where it stands still.</summary>
    /// <returns>What it embedded until then.</returns>
    private async Task<List<string>> KillAsync(string point, Func<Task> whileItStands, string model = "letters")
    {
        using var process = Start(model, point);
        var (embedded, last) = await ReadAsync(process);
        Assert.Equal($"at {point}", last);
        await whileItStands();
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        await VerifyAsync();
        return embedded;
    }

    /// <summary>Ingests to the end.</summary>
    /// <returns>What had to be embedded.</returns>
    private async Task<List<string>> FinishAsync(string model = "letters")
    {
        using var process = Start(model, "none");
        var (embedded, last) = await ReadAsync(process);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"done {embedded.Count}"), last);
        await VerifyAsync();
        return embedded;
    }

    private async Task VerifyAsync()
    {
        using var store = new SqliteRecordStore(Path.Combine(_home, "memory.db"));
        Assert.Empty(await store.VerifyAsync(Cancellation));
    }

    private static async Task<(List<string> Embedded, string Last)> ReadAsync(Process process)
    {
        List<string> embedded = [];
        while (await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (!line.StartsWith("embed ", StringComparison.Ordinal))
            {
                return (embedded, line);
            }

            embedded.Add(line["embed ".Length..]);
        }

        throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(Cancellation));
    }

    private Process Start(string model, string point)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["DOTNET_EnableDiagnostics"] = "0" } };
        foreach (var argument in new[] { typeof(IngestProcess).Assembly.Location, "ingest", _home, model, point })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
