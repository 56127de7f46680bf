using KernelHost.Loading;
using KernelHost.Memory;
using KernelHost.Models;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Effects;

/// <summary>What the host knows of a failure is for whoever runs it; what a plugin's exception says is for nobody but the log.</summary>
public sealed class FailureCauseTests
{
    private const string Failed = "Error: An error occurred invoking 'test-look'.";

    public static TheoryData<Exception, string, string?> Failures => new()
    {
        { new MemoryException("The server at 10.0.0.1 cannot be reached. Start it.", "the server"), Failed, "The server at 10.0.0.1 cannot be reached. Start it." },
        { new ModelException(ModelErrorKind.Permanent, "openai", "m", "The model 'm' is gone."), Failed, "The model 'm' is gone." },
        { new ToolException("It cannot be searched.", new MemoryException("The file x is locked.", "x")), "Error: It cannot be searched.", "The file x is locked." },
        { new ToolException("No such order."), "Error: No such order.", null },
        { new ToolException("No such order.", new InvalidOperationException("password=hunter2")), "Error: No such order.", null },
        { new InvalidOperationException("password=hunter2"), Failed, null },
        { new InvalidOperationException("password=hunter2", new MemoryException("wrapped by a plugin", "x")), Failed, null },
        { new ToolFailedException("test", "look", "password=hunter2", isTransient: false), Failed, null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Cause_IsOfTheHostAlone_AndNoModelReadsIt(Exception exception, string error, string? cause)
    {
        ScriptedChatClient model = new(Calls(("test-look", new { })), Says("Sorry."));
        var host = new RunHost(new MemoryJournal(), model, TestTools.Create("look", ToolEffect.Read, string () => throw exception));

        var result = await host.StartAsync("look");

        var failed = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>());
        Assert.Equal((error, cause), (failed.Error, failed.Cause));
        Assert.Equal(error, model.Requests[^1].SelectMany(message => message.Contents).OfType<FunctionResultContent>().Single().Result?.ToString());
        await host.AssertReplaysAsync(result.RunId);
    }
}
