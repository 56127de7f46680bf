using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

public class ConversationTests
{
    private const string Refund = "Where is my order 1042? If it is late, refund the shipping.";

    [Fact]
    public async Task Chat_FromAPipe_TakesEveryLineAsATurnOfOneSession()
    {
        using var home = new TestHome();

        var chat = (await home.RunAsync("Where is order 1042?\n\nWhere is order 1043?\n/exit\nnever read\n", ["chat", "support", "-o", "json"])).Expect(0).Json;

        var turns = chat.Items("turns").ToList();
        Assert.Equal(2, turns.Count);
        Assert.All(turns, turn => Assert.Equal(chat.Text("sessionId"), turn.Text("sessionId")));
        Assert.Equal(1043, turns[1].Tool("customer-support/get_order").GetProperty("arguments").GetProperty("order_id").GetInt32());
    }

    [Fact]
    public async Task Chat_AtATerminal_KnowsItsCommands()
    {
        using var home = new TestHome();

        var chat = (await home.CallAsync("/help\n/session\n/tools\n/cost\n/resume\n/quti\nWhere is order 1042?\n/session\n/cost\n", isTerminal: true, "chat", "support")).Expect(0);

        Assert.Contains("/tools what the agent may use", chat.Error, StringComparison.Ordinal);
        Assert.Contains("The session begins with the first question.", chat.Error, StringComparison.Ordinal);
        Assert.Contains("customer-support/issue_refund (once)", chat.Error, StringComparison.Ordinal);
        Assert.Contains("0 turns", chat.Error, StringComparison.Ordinal);
        Assert.Contains("nothing to resume", chat.Error, StringComparison.Ordinal);
        Assert.Contains("There is no command '/quti'.", chat.Error, StringComparison.Ordinal);
        Assert.Matches("chat support --session ses_[a-z0-9]{12}", chat.Error);
        Assert.Contains("1 turns", chat.Error, StringComparison.Ordinal);
        Assert.Contains("Order 1042", chat.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_FromAPipe_StopsAtATurnThatWaits()
    {
        using var home = new TestHome();

        var chat = (await home.CallAsync($"{Refund}\nWhere is order 1043?\n", isTerminal: false, "chat", "support", "-o", "json")).Expect(3).Json;

        Assert.Equal("waitingForApproval", Assert.Single(chat.Items("turns")).Text("status"));
    }

    [Fact]
    public async Task Run_WithASession_ContinuesIt()
    {
        using var home = new TestHome();
        var first = (await home.CallAsync("run", "support", "Where is order 1042?", "-o", "json")).Expect(0).Json;

        var second = (await home.CallAsync("run", "support", "Where is order 1043?", "-o", "json", "--session", first.Text("sessionId"))).Expect(0).Json;

        Assert.Equal(first.Text("sessionId"), second.Text("sessionId"));
        Assert.NotEqual(first.Text("runId"), second.Text("runId"));
        (await home.CallAsync("run", "support", "hello", "--session", "ses_000000000000")).ExpectFailure(1, "There is no session");
    }

    [Theory]
    [InlineData("-")]
    [InlineData(null)]
    public async Task Run_WithTheRequestOnStandardInput_ReadsIt(string? dash)
    {
        using var home = new TestHome();

        var run = (await home.CallAsync("Where is order 1042?\n", isTerminal: false, [.. (string[])["run", "support", "-o", "json"], .. (string[])(dash is null ? [] : [dash])])).Expect(0).Json;

        Assert.Equal("completed", run.Tool("customer-support/get_order").Text("status"));
    }

    [Fact]
    public async Task Run_AtATerminal_AsksAndGoesOnAfterYes()
    {
        using var home = new TestHome();

        var run = (await home.CallAsync("maybe\ny\n", isTerminal: true, "run", "support", Refund)).Expect(0);

        Assert.Equal(2, run.Error.Split("[y] approve once").Length - 1);
        Assert.Contains("refund id", run.Out, StringComparison.Ordinal);
        Assert.Equal("approved", Assert.Single((await home.CallAsync("approvals", "list", "--all", "-o", "json")).Json.Items("approvals")).Text("answer"));
    }

    [Fact]
    public async Task Run_AtATerminal_TellsTheModelWhyNot()
    {
        using var home = new TestHome();

        var run = (await home.CallAsync("n\nNot without a manager.\n", isTerminal: true, "run", "support", Refund)).Expect(0);

        Assert.Contains("⊘ customer-support/issue_refund", run.Error, StringComparison.Ordinal);
        Assert.Equal("Not without a manager.", Assert.Single((await home.CallAsync("approvals", "list", "--all", "-o", "json")).Json.Items("approvals")).Text("answerReason"));
    }

    [Theory]
    [InlineData("q\n")]
    [InlineData("")]
    public async Task Run_AtATerminalWhenNobodyAnswers_StaysParked(string input)
    {
        using var home = new TestHome();

        (await home.CallAsync(input, isTerminal: true, "run", "support", Refund)).Expect(3);

        Assert.Equal("pending", Assert.Single((await home.CallAsync("approvals", "list", "-o", "json")).Json.Items("approvals")).Text("status"));
    }

    [Fact]
    public async Task Run_WithJsonAtATerminal_NeverAsks()
    {
        using var home = new TestHome();

        var run = (await home.CallAsync("y\n", isTerminal: true, "run", "support", Refund, "-o", "json")).Expect(3);

        Assert.DoesNotContain("[y]", run.Error, StringComparison.Ordinal);
    }
}
