using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs;

public sealed class RunEngineTests
{
    private int _paid;

    [Fact]
    public async Task Start_ModelAnswersAtOnce_CompletesWithUsage()
    {
        var host = Host([Says("Hello.")]);

        var result = await host.StartAsync("hi");

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Equal("Hello.", result.Answer);
        Assert.Equal((1, 0, 10, 5), (result.Usage.Steps, result.Usage.ToolCalls, result.Usage.InputTokens, result.Usage.OutputTokens));
    }

    [Fact]
    public async Task Start_ModelCallsARead_JournalTellsTheStoryInOrder()
    {
        var host = Host([Calls(("test-look", new { id = 7 })), Says("Seen.")]);

        var result = await host.StartAsync("look at 7");

        var events = await host.EventsAsync(result.SessionId);
        Assert.Equal(
            [typeof(RunStarted), typeof(ModelReplied), typeof(CallDecided), typeof(CallStarted), typeof(CallCompleted), typeof(ModelReplied), typeof(RunCompleted)],
            events.Select(e => e.GetType()));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal("thing 7", Assert.IsType<CallCompleted>(events[4]).Result?.ToString());
    }

    [Fact]
    public async Task Start_ParallelReads_ResultsReachTheModelInTheOrderOfTheCalls()
    {
        ScriptedChatClient model = new(Calls(("test-look", new { id = 1 }), ("test-look", new { id = 2 }), ("test-look", new { id = 3 })), Says("All."));
        var host = Host(model);

        await host.StartAsync("look at all");

        var results = model.Requests[1][^1].Contents.OfType<FunctionResultContent>().Select(result => result.Result?.ToString());
        Assert.Equal(["thing 1", "thing 2", "thing 3"], results);
    }

    [Fact]
    public async Task Start_CallWithEffect_ParksWhileItsSiblingRuns()
    {
        var host = Host([Calls(("test-look", new { id = 1 }), ("test-pay", new { amount = 5 })), Says("Paid.")]);

        var result = await host.StartAsync("pay 5");

        Assert.Equal(RunStatus.WaitingForApproval, result.Status);
        Assert.Equal(0, _paid);
        Assert.Single(await host.EventsAsync(result.SessionId), e => e is CallCompleted { CallId: "1.1" });
        var approval = Assert.Single(result.Approvals);
        Assert.Equal(("test/pay", """{"amount":5}"""), (approval.Tool, approval.Arguments.GetRawText()));
    }

    [Fact]
    public async Task Resume_AfterApproval_MakesTheCallOnceAndAnswers()
    {
        var host = Host([Calls(("test-pay", new { amount = 5 })), Says("Paid.")]);
        var parked = await host.StartAsync("pay 5");
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);

        var result = await Successor(host).ResumeAsync(parked.RunId);
        var again = await Successor(host).ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, "Paid.", 5), (result.Status, result.Answer, _paid));
        Assert.Equal((RunStatus.Completed, "Paid."), (again.Status, again.Answer));
    }

    [Fact]
    public async Task Resume_AfterDenial_ModelReadsTheReason()
    {
        ScriptedChatClient model = new(Calls(("test-pay", new { amount = 5 })), Says("Not paid."));
        var host = Host(model);
        var parked = await host.StartAsync("pay 5");
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Denied, "too much");

        var result = await host.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, 0), (result.Status, _paid));
        Assert.Contains("too much", model.Requests[1][^1].Contents.OfType<FunctionResultContent>().Single().Result?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_NothingAnswered_WritesNothing()
    {
        var host = Host([Calls(("test-pay", new { amount = 5 })), Says("Paid.")]);
        var parked = await host.StartAsync("pay 5");
        var before = (await host.EventsAsync(parked.SessionId)).Count;

        var result = await host.ResumeAsync(parked.RunId);

        Assert.Equal(RunStatus.WaitingForApproval, result.Status);
        Assert.Equal(before, (await host.EventsAsync(parked.SessionId)).Count);
    }

    [Fact]
    public async Task Resume_PluginChangedSinceTheApproval_AsksAgainInsteadOfPaying()
    {
        var host = Host([Calls(("test-pay", new { amount = 5 })), Says("Paid.")]);
        var parked = await host.StartAsync("pay 5");
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);

        var upgraded = new RunHost(host.Journal, Model(Calls(("test-pay", new { amount = 5 })), Says("Paid.")), Pay("other-content"));
        var result = await upgraded.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.WaitingForApproval, 0), (result.Status, _paid));
        Assert.NotEqual(parked.Approvals[0].ApprovalId, Assert.Single(result.Approvals).ApprovalId);
    }

    [Fact]
    public async Task Answer_Twice_SecondIsRefusedAndNamesTheFirst()
    {
        var host = Host([Calls(("test-pay", new { amount = 5 })), Says("Paid.")]);
        var parked = await host.StartAsync("pay 5");
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Denied);

        var refusal = await Assert.ThrowsAsync<RunException>(() => host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved));

        Assert.Contains("'bob'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test-payy", """{"amount":5}""", "Did you mean 'test-pay'?")]
    [InlineData("test-pay", """{"amout":5}""", "amount")]
    [InlineData("test-pay", """{"amount":"five"}""", "amount")]
    public async Task Start_CallThatDoesNotFit_IsRefusedWithAMessageTheModelCanUse(string name, string arguments, string expected)
    {
        ScriptedChatClient model = new(
            seen => new ChatResponse(new ChatMessage(ChatRole.Assistant,
                [new FunctionCallContent("c1", name, System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments))])),
            Says("Sorry."));

        var result = await Host(model).StartAsync("pay 5");

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Contains(expected, model.Requests[1][^1].Contents.OfType<FunctionResultContent>().Single().Result?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ToolThrows_ModelReadsNoSecretAndTheRunGoesOn()
    {
        ScriptedChatClient model = new(Calls(("test-crash", null), ("test-refuse", null)), Says("It failed."));
        var host = new RunHost(
            new MemoryJournal(),
            model,
            TestTools.Create("crash", ToolEffect.Read, string () => throw new InvalidOperationException("password=hunter2")),
            TestTools.Create("refuse", ToolEffect.Read, string () => throw new ToolException("Order 7 does not exist.")));

        var result = await host.StartAsync("go");

        var results = model.Requests[1][^1].Contents.OfType<FunctionResultContent>().Select(r => r.Result?.ToString()).ToArray();
        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.DoesNotContain("hunter2", results[0], StringComparison.Ordinal);
        Assert.Equal("Error: Order 7 does not exist.", results[1]);
    }

    [Fact]
    public async Task Start_SecondRunInASession_SeesTheFirst()
    {
        ScriptedChatClient model = new(Says("Hello."));
        var host = Host(model);
        var first = await host.StartAsync("hi");

        await host.StartAsync("and again", first.SessionId);

        Assert.Equal(["You are a test.", "hi", "Hello.", "and again"], model.Requests[1].Select(message => message.Text));
    }

    [Fact]
    public async Task Start_SessionHasAnUnfinishedRun_IsRefusedWithTheCommandThatFinishesIt()
    {
        var host = Host([Calls(("test-pay", new { amount = 5 })), Says("Paid.")]);
        var parked = await host.StartAsync("pay 5");

        var refusal = await Assert.ThrowsAsync<RunException>(() => host.StartAsync("pay 6", parked.SessionId));

        Assert.Contains($"kernelhost resume {parked.RunId}", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("ses_../x")]
    [InlineData("ses_")]
    [InlineData("run_0123456789ab")]
    public async Task Start_SessionIdIsNone_IsRefusedBeforeAnythingIsTouched(string sessionId)
    {
        var refusal = await Assert.ThrowsAsync<RunException>(() => Host([Says("Hello.")]).StartAsync("hi", sessionId));

        Assert.Contains("There is no session", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RetrievedPassages_AreNumberedOnceAndCitedFromWhatWasRetrieved()
    {
        IReadOnlyList<Passage> passages = [new("a.md", "Alpha.") { Title = "A" }, new("b.md", "Beta.")];
        var search = TestTools.Create("search", ToolEffect.Read, (string query) => passages);
        ScriptedChatClient model = new(Calls(("test-search", new { query = "x" })), Calls(("test-search", new { query = "y" })), Says("Beta [2], and nonsense [9]."));

        var result = await new RunHost(new MemoryJournal(), model, search).StartAsync("search");

        Assert.Equal(["b.md"], result.Citations.Select(citation => citation.Source));
        Assert.Contains("\"[1]\"", model.Requests[2][^1].Contents.OfType<FunctionResultContent>().Single().Result?.ToString(), StringComparison.Ordinal);
    }

    private RunHost Host(ScriptedChatClient model) => new(
        new MemoryJournal(),
        model,
        TestTools.Create("look", ToolEffect.Read, (int id) => $"thing {id}"),
        Pay());

    private RunHost Host(Func<IReadOnlyList<ChatMessage>, ChatResponse>[] script) => Host(Model(script));

    private KernelHost.Catalog.Tool Pay(string contentHash = "c0ffee") =>
        TestTools.Create("pay", ToolEffect.Once, (int amount) => $"paid {_paid += amount}", contentHash);

    private RunHost Successor(RunHost host) => new(
        host.Journal,
        Model(Calls(("test-pay", new { amount = 5 })), Says("Paid.")),
        Pay());

    private static ScriptedChatClient Model(params Func<IReadOnlyList<ChatMessage>, ChatResponse>[] script) => new(script);
}
