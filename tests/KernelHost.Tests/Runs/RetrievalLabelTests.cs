using System.Text.Json;
using KernelHost.Memory.Retrieval;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs;

/// <summary>What of a search goes into the journal beside its passages.</summary>
public sealed class RetrievalLabelTests
{
    private static readonly Passage Trusted = new("a.md", "Alpha.") { Integrity = Integrity.Trusted };
    private static readonly Passage Typed = new("b.md", "7") { Integrity = Integrity.Typed };
    private static readonly Passage Untrusted = new("c.md", "Gamma.");

    public static TheoryData<string, Integrity> Searches => new()
    {
        { "a", Integrity.Trusted },
        { "ab", Integrity.Typed },
        { "acb", Integrity.Untrusted },
        { "", Integrity.Untrusted },
    };

    [Theory]
    [MemberData(nameof(Searches))]
    public async Task Search_Result_HasTheLabelOfItsWeakestPassage(string found, Integrity expected)
    {
        IReadOnlyList<Passage> passages = [.. found.Select(static letter => letter == 'a' ? Trusted : letter == 'b' ? Typed : Untrusted)];
        var host = Host(new RetrievedPassages(passages, Partial: null));

        var result = await host.StartAsync("search");

        Assert.Equal(expected, (await host.EventsAsync(result.SessionId)).OfType<CallCompleted>().Single().Integrity);
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Search_CutOff_TheModelIsToldAndAReplayAgrees()
    {
        var host = Host(new RetrievedPassages([Untrusted], Partial: "Partial: 3 more passages were found and left out."));

        var result = await host.StartAsync("search");

        var completed = (await host.EventsAsync(result.SessionId)).OfType<CallCompleted>().Single();
        Assert.Equal("Partial: 3 more passages were found and left out.", Assert.IsType<JsonElement>(completed.Result).GetProperty("partial").GetString());
        await host.AssertReplaysAsync(result.RunId);
    }

    private static RunHost Host(RetrievedPassages found) => new(
        new MemoryJournal(),
        new ScriptedChatClient(Calls(("test-search", new { query = "x" })), Says("Done.")),
        TestTools.Create("search", ToolEffect.Read, IReadOnlyList<Passage> (string query) => found));
}
