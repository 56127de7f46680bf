using KernelHost.Manifests;
using KernelHost.Policy;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Loading;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Effects;

/// <summary>A plugin that was really built and loaded undoes its call; the manifest says that it can, and must be right.</summary>
public sealed class PluginCompensationTests : IDisposable
{
    private readonly PluginFolder _folder = new();

    [Fact]
    public async Task Loaded_UndoesItsCall_AndOffersTheModelOneToolOnly()
    {
        _folder.Install("Booking");
        await using var catalog = await _folder.LoadAsync();
        var tool = Assert.Single(catalog.Tools);
        Assert.Equal("booking/book_room", tool.QualifiedName);
        await using MemoryJournal journal = new();
        RunHost host = new(journal, new ScriptedChatClient(Calls((tool.ModelName, new { room = 4 })), Says("Booked.")), tool)
        {
            Policy = PolicyDocument.Parse("version: 1\nrules:\n  - { id: all, decision: allow, tools: [booking/*] }", "policy.yaml"),
        };
        var run = await host.StartAsync("book");

        var undone = await host.Engine.CompensateAsync(new CompensationOrder(run.RunId, "1.1", "bob", "wrong room"), TestContext.Current.CancellationToken);

        Assert.Equal((null, "cancelled b-4 of room 4"), (undone.Error, undone.Result));
    }

    [Fact]
    public async Task Manifest_ThatDoesNotSayIt_IsAMismatch()
    {
        PluginFolder.Edit(_folder.Install("Booking"), "\"compensation\": true,", "");

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.ManifestMismatch, problem.Code);
        Assert.Contains("tool 'book_room', compensation: manifest 'false', assembly 'true'", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
