using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Loading;
using Microsoft.SemanticKernel;

namespace KernelHost.Tests.Loading;

public sealed class InvocationTests : IAsyncLifetime
{
    private readonly PluginFolder _folder = new();
    private PluginCatalog _catalog = null!;

    public async ValueTask InitializeAsync()
    {
        _folder.Install("Complete");
        _folder.Install("PlainKernelClass");
        _folder.Install("LibraryVersion2");
        _folder.Install("LibraryVersion3");
        _catalog = await _folder.LoadAsync(values => values["complete:greeting"] = "good morning");
        Assert.All(_catalog.Plugins, plugin => Assert.Null(plugin.Error));
    }

    public async ValueTask DisposeAsync()
    {
        await _catalog.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task InvokeAsync_Object_BecomesJsonElementOfTheHost()
    {
        var result = Assert.IsType<JsonElement>(await CallAsync("complete/find_article", """{"id":"7"}"""));

        Assert.Equal("""{"id":"7","stock":3,"shelf":"Lower","tags":["red","round"]}""", result.GetRawText());
    }

    [Fact]
    public async Task InvokeAsync_StringNothingValueTaskAndSequence_AreReadAsTheyAre()
    {
        Assert.Equal("good morning", await CallAsync("complete/greet", "{}"));
        Assert.Null(await CallAsync("complete/store", """{"articles":[{"id":"1","stock":2,"shelf":"upper","tags":[]}]}"""));
        Assert.Equal("3", Assert.IsType<JsonElement>(await CallAsync("complete/add", """{"left":1,"right":2}""")).GetRawText());
        Assert.Equal("[3,2,1]", Assert.IsType<JsonElement>(await CallAsync("complete/count_down", """{"from":3}""")).GetRawText());
    }

    [Fact]
    public async Task InvokeAsync_ContextEnumAndDefaults_AreFilledIn()
    {
        var result = await CallAsync("complete/reserve", """{"id":"7","note":"for Ann","shelf":"Lower"}""");

        Assert.Equal("7 for Ann Lower 1.5 none key-1", result);
    }

    [Fact]
    public void Parameters_ContextTokenAndProvidedTypes_AreNotInTheSchema()
    {
        var reserve = Tool("complete/reserve");

        Assert.Equal(["id", "note", "shelf", "amount", "limit"], reserve.Parameters.GetProperty("properties").EnumerateObject().Select(property => property.Name));
        Assert.Equal(["id", "note", "shelf"], reserve.Parameters.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal((ToolEffect.Keyed, true, ArgumentRole.Payload, ArgumentRole.Inert, ArgumentRole.Control),
            (reserve.Effect, reserve.Egress, reserve.Roles["note"], reserve.Roles["limit"], reserve.Roles["id"]));
        Assert.Equal(ToolEffect.Once, Tool("complete/store").Effect);
    }

    [Fact]
    public async Task InvokeAsync_ToolException_PassesWithMessageOnly()
    {
        var error = await Assert.ThrowsAsync<ToolException>(() => CallAsync("complete/refuse", "{}"));

        Assert.Equal("The warehouse is closed. Try tomorrow.", error.Message);
        Assert.Null(error.InnerException);
    }

    [Theory]
    [InlineData("complete/fail", "fail")]
    [InlineData("complete/time_out", "time_out")]
    public async Task InvokeAsync_AnyOtherException_SaysNothingOfTheCause(string tool, string name)
    {
        var error = await Assert.ThrowsAsync<ToolFailedException>(() => CallAsync(tool, "{}"));

        Assert.Equal($"An error occurred invoking '{name}'.", error.Message);
        Assert.Null(error.InnerException);
        Assert.Equal("complete", error.PluginId);
        Assert.NotEmpty(error.Details);
    }

    [Fact]
    public async Task InvokeAsync_Cancelled_IsCancellation()
    {
        using var stop = new CancellationTokenSource();
        var call = _catalog.Kernel.InvokeAsync(Tool("complete/wait").Function, [], stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData("""{"left":1}""", "The argument 'right' of 'add' is missing. Give it a value.")]
    [InlineData("""{"left":1,"right":99999999999}""", "The argument 'right' of 'add' cannot be read as Int32. Correct its value.")]
    [InlineData("""{"left":1,"right":null}""", "The argument 'right' of 'add' is null but must be a value of type Int32.")]
    [InlineData("""{"left":1,"right":{"secret":1}}""", "The argument 'right' of 'add' cannot be read as Int32. Correct its value.")]
    public async Task InvokeAsync_ArgumentThatDoesNotFit_TellsTheModel(string arguments, string message)
    {
        Assert.Equal(message, (await Assert.ThrowsAsync<ToolException>(() => CallAsync("complete/add", arguments))).Message);
    }

    [Fact]
    public async Task InvokeAsync_TypeByName_IsFoundInThePluginsOwnContext()
    {
        Assert.Equal("Warehouse", await CallAsync("complete/find_type", """{"name":"TestPlugins.Complete.Warehouse, Complete"}"""));
        Assert.Null(Type.GetType("TestPlugins.Complete.Warehouse, Complete"));
    }

    [Fact]
    public async Task InvokeAsync_PlainKernelClass_WorksUnchanged()
    {
        Assert.Equal("2026-02-01", await CallAsync("plain-kernel-class/add_days", """{"date":"2026-01-31","days":1}"""));
        Assert.Equal("today in ''", await CallAsync("plain-kernel-class/today", "{}"));
        Assert.Equal(JsonValueKind.True, Assert.IsType<JsonElement>(await CallAsync("plain-kernel-class/has_log", "{}")).ValueKind);
    }

    [Fact]
    public async Task InvokeAsync_TwoVersionsOfOneLibrary_LiveSideBySide()
    {
        Assert.Equal("2.14.0.0 Some words", await CallAsync("library-version-2/version", "{}"));
        Assert.Equal("3.0.0.0 Some words", await CallAsync("library-version-3/version", "{}"));
        Assert.DoesNotContain(System.Runtime.Loader.AssemblyLoadContext.Default.Assemblies, assembly => assembly.GetName().Name == "Humanizer");
    }

    [Fact]
    public async Task RetrieveAsync_ReturnsHostTypesAndHidesErrors()
    {
        var retriever = _catalog.Retrievers.Single(one => one.QualifiedName == "complete/manuals");

        var passages = await retriever.Implementation!.RetrieveAsync(new RetrievalQuery("paint"), TestContext.Current.CancellationToken);

        Assert.Equal("paint 3", passages[0].Text);
        Assert.False(passages.GetType().Assembly.IsCollectible);
        var error = await Assert.ThrowsAsync<ToolFailedException>(() => retriever.Implementation.RetrieveAsync(new RetrievalQuery("fail"), TestContext.Current.CancellationToken));
        Assert.Equal("An error occurred invoking 'manuals'.", error.Message);
    }

    private Tool Tool(string name) => _catalog.Tools.Single(tool => tool.QualifiedName == name);

    private async Task<object?> CallAsync(string tool, string json)
    {
        var arguments = new KernelArguments
        {
            [ToolInvocation.ContextKey] = new ToolContext { SessionId = "s", RunId = "r", CallId = "c", Principal = "p", IdempotencyKey = "key-1" },
        };
        foreach (var member in JsonElement.Parse(json).EnumerateObject())
        {
            arguments[member.Name] = member.Value;
        }

        return (await _catalog.Kernel.InvokeAsync(Tool(tool).Function, arguments, TestContext.Current.CancellationToken)).GetValue<object>();
    }
}
