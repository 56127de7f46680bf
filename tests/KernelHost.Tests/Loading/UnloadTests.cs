using System.Runtime.CompilerServices;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Manifests;
using Microsoft.SemanticKernel;

namespace KernelHost.Tests.Loading;

/// <summary>
/// Everything runs on the thread pool: continuations of a plugin that the test runner's own synchronisation context runs stay in the
/// locals of its idle threads, and would look like a leak of ours.
/// </summary>
public sealed class UnloadTests : IDisposable
{
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task UnloadAsync_PluginWithToolsRetrieverJsonAndServices_IsCollected()
    {
        _folder.Install("Complete");
        var unload = await LoadUseAndUnloadAsync("complete", UseEverythingAsync);

        Assert.True(unload.Collect(), "Something still refers to the unloaded plugin.");
        Assert.Equal("complete", File.ReadAllText(Path.Combine(_folder.Data, "plugins", "complete", "disposed")));
    }

    [Theory]
    [InlineData("PlainKernelClass", "plain-kernel-class")]
    [InlineData("LibraryVersion3", "library-version-3")]
    [InlineData("HelloPlugin", "hello")]
    public async Task UnloadAsync_OtherPlugins_AreCollected(string name, string id)
    {
        _folder.Install(name);
        var unload = await LoadUseAndUnloadAsync(id, CallFirstToolAsync);

        Assert.True(unload.Collect(), "Something still refers to the unloaded plugin.");
    }

    [Fact]
    public async Task UnloadAsync_SomethingHoldsTheContext_IsNotComplete()
    {
        // The proof can fail: as long as a type of the plugin is held, it does.
        _folder.Install("Complete");
        await using var catalog = await _folder.LoadAsync();
        var held = AppDomain.CurrentDomain.GetAssemblies().Single(assembly => !assembly.IsDynamic && assembly.Location.StartsWith(_folder.Plugins, StringComparison.Ordinal)).GetTypes();

        var unload = await catalog.UnloadAsync("complete", TestContext.Current.CancellationToken);

        Assert.False(unload!.Collect(attempts: 3));
        GC.KeepAlive(held);
    }

    [Fact]
    public async Task UnloadAsync_CallIsRunning_WaitsForIt()
    {
        _folder.Install("Complete");
        await using var catalog = await _folder.LoadAsync();
        using var stop = new CancellationTokenSource();
        var call = catalog.Kernel.InvokeAsync(Tool(catalog, "wait"), [], stop.Token);

        var unload = catalog.UnloadAsync("complete", TestContext.Current.CancellationToken);
        Assert.False(unload.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.NotNull(await unload);
    }

    [Fact]
    public async Task InvokeAsync_AfterUnload_SaysSo()
    {
        _folder.Install("Complete");
        await using var catalog = await _folder.LoadAsync();
        await catalog.UnloadAsync("complete", TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<PluginException>(() => catalog.Kernel.InvokeAsync(Tool(catalog, "greet"), [], TestContext.Current.CancellationToken));

        Assert.Contains("'greet' cannot be called because plugin 'complete' was unloaded", error.Message, StringComparison.Ordinal);
    }

    private Task<PluginUnload> LoadUseAndUnloadAsync(string id, Func<PluginCatalog, Task> use) => Task.Run(async () =>
    {
        await using var catalog = await _folder.LoadAsync();
        await use(catalog);
        return (await catalog.UnloadAsync(id, TestContext.Current.CancellationToken))!;
    });

    private static KernelFunction Tool(PluginCatalog catalog, string name) => catalog.Tools.Single(tool => tool.Name == name).Function;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task UseEverythingAsync(PluginCatalog catalog)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await catalog.Kernel.InvokeAsync(Tool(catalog, "find_article"), new() { ["id"] = "7" }, cancellationToken);
        await catalog.Kernel.InvokeAsync(Tool(catalog, "store"), new() { ["articles"] = System.Text.Json.JsonElement.Parse("""[{"id":"1","stock":2,"shelf":"Upper","tags":["a"]}]""") }, cancellationToken);
        await catalog.Kernel.InvokeAsync(Tool(catalog, "count_down"), new() { ["from"] = 3 }, cancellationToken);
        await catalog.Kernel.InvokeAsync(Tool(catalog, "add"), new() { ["left"] = 1, ["right"] = 2 }, cancellationToken);
        await Assert.ThrowsAsync<ToolFailedException>(() => catalog.Kernel.InvokeAsync(Tool(catalog, "fail"), [], cancellationToken));
        await Assert.ThrowsAsync<ToolException>(() => catalog.Kernel.InvokeAsync(Tool(catalog, "refuse"), [], cancellationToken));
        var manuals = catalog.Retrievers.Single(retriever => retriever.Name == "manuals");
        Assert.Equal(2, (await manuals.Implementation!.RetrieveAsync(new RetrievalQuery("x"), cancellationToken)).Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task CallFirstToolAsync(PluginCatalog catalog)
    {
        var tool = catalog.Tools[0];
        var arguments = new KernelArguments();
        foreach (var parameter in tool.Roles.Keys)
        {
            arguments[parameter] = parameter switch { "date" => "2026-01-31", "days" => 1, _ => "somebody" };
        }

        Assert.NotNull((await catalog.Kernel.InvokeAsync(tool.Function, arguments, TestContext.Current.CancellationToken)).GetValue<object>());
    }
}
