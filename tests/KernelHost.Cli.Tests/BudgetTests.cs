using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

public class BudgetTests
{
    private const string Settings = """
        { "KernelHost": {
            "Models": { "default": { "Provider": "offline", "InputPricePerMillion": 100, "OutputPricePerMillion": 200 } },
            "Budgets": [ { "Scope": "tenant", "Per": "day", "ModelCalls": 1 }, { "Scope": "agent/*", "Per": "total", "Money": "5" } ] } }
        """;

    [Fact]
    public async Task Budget_UsedUp_IsShownAndTheNextRunStops()
    {
        using var home = new TestHome();
        var config = home.Write("budgets.json", Settings);
        (await home.CallAsync("budget", "--config", config)).Expect(0);

        (await home.CallAsync("run", "support", "Hello", "--config", config)).Expect(0);
        var stopped = (await home.CallAsync("run", "support", "Hello", "-o", "json", "--config", config)).Expect(4).Json;

        Assert.Equal("1 model calls per day of tenant", stopped.Text("limit"));
        var budgets = (await home.CallAsync("budget", "-o", "json", "--config", config)).Expect(0).Json;
        var tenant = budgets.Items("budgets").Single(budget => budget.Text("account") == "tenant");
        Assert.Equal((1, 0, 0), (tenant.GetProperty("used").GetInt32(), tenant.GetProperty("reserved").GetInt32(), tenant.GetProperty("left").GetInt32()));
        var agent = budgets.Items("budgets").Single(budget => budget.Text("account") == "agent/support");
        Assert.True(agent.GetProperty("used").GetInt64() > 0);
        Assert.Contains("agent/support", (await home.CallAsync("budget", "--config", config)).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Budgets_WrongInManyWays_AreAllReported()
    {
        using var home = new TestHome();
        var config = home.Write("budgets.json", """
            { "KernelHost": { "Currency": "euro", "Budgets": [
                { "Scope": "agnt/support", "Per": "day", "Tokens": 1 },
                { "Scope": "tenant", "Per": "week", "Tokens": 1 },
                { "Scope": "tenant", "Per": "day", "Tokenz": 1, "Money": "a lot" },
                { "Scope": "tenant", "Per": "hour" } ] } }
            """);

        var error = (await home.CallAsync("budget", "--config", config)).ExpectFailure(2, "Currency is 'euro'").Error;

        Assert.All(
            ["Scope is 'agnt/support'", "Did you mean 'agent'", "Per is 'week'", "Tokenz is no setting", "Money is 'a lot'", "limits nothing"],
            part => Assert.Contains(part, error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AgentShow_TellsEveryLimit()
    {
        using var home = new TestHome();
        home.Write("agents/bounded.yaml", "name: bounded\ninstructions: Help.\ntools: [customer-support/issue_refund]\nlimits: { outputTokens: 900, money: 0.50 USD, approvalPrompts: 3, bytesOut: 2000, tools: { customer-support/issue_refund: 1 }, atLimit: ask }\n");
        var agents = Path.Combine(home.Work, "agents");

        var shown = (await home.CallAsync("agent", "show", "bounded", "--agents", agents)).Expect(0).Out;
        var limits = (await home.CallAsync("agent", "show", "bounded", "-o", "json", "--agents", agents)).Expect(0).Json.GetProperty("limits");

        Assert.All(["900 tokens received", "0.50 USD", "3 questions", "2000 bytes", "1 calls of customer-support/issue_refund", "asks a person for more"], part => Assert.Contains(part, shown, StringComparison.Ordinal));
        Assert.Equal(("0.50 USD", "ask", 1), (limits.Text("money"), limits.Text("atLimit"), limits.GetProperty("tools").GetProperty("customer-support/issue_refund").GetInt32()));
    }

    [Theory]
    [InlineData("y\n", "", 1, 0)]
    [InlineData("e\nsteps=3\n\ny\n", "", 1, 0)]
    [InlineData("n\nenough\n", "Stopped at the limit of 1 steps", 1, 4)]
    public async Task Limit_OfAnAgentThatAsks_IsAnsweredAtTheTerminal(string input, string told, int questions, int exitCode)
    {
        using var home = new TestHome();
        home.Write("agents/asker.yaml", "name: asker\ninstructions: Help with orders.\ntools: [customer-support/get_order]\nlimits: { steps: 1, atLimit: ask }\n");

        var run = (await home.CallAsync(input, isTerminal: true, "run", "asker", "Where is my order 1042?", "--agents", Path.Combine(home.Work, "agents"))).Expect(exitCode);

        Assert.Equal(questions, run.Error.Split("may the run use more?").Length - 1);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        var approval = Assert.Single((await home.CallAsync("approvals", "list", "--all", "-o", "json")).Expect(0).Json.Items("approvals"));
        Assert.Equal(("topUp", exitCode == 0 ? "done" : "denied"), (approval.Text("kind"), approval.Text("status")));
    }

    [Fact]
    public async Task Stop_InAnotherProcess_HoldsUntilItIsLifted()
    {
        using var home = new TestHome();

        (await home.RunAsync("stop", "agent", "support", "--reason", "wrong answers")).Expect(0);
        (await home.CallAsync("run", "support", "Hello")).ExpectFailure(1, "wrong answers");
        Assert.Contains("agent/support", (await home.CallAsync("stops")).Expect(0).Out, StringComparison.Ordinal);
        (await home.CallAsync("stop", "agent", "support", "--lift")).Expect(0);
        (await home.CallAsync("stop", "agent", "support", "--lift")).ExpectFailure(1, "is not stopped");

        (await home.CallAsync("run", "support", "Hello")).Expect(0);
        Assert.Empty((await home.CallAsync("stops", "-o", "json")).Expect(0).Json.Items("stops"));
    }

    [Theory]
    [InlineData("tool", "customer-support/isue_refund", "Did you mean 'customer-support/issue_refund'?")]
    [InlineData("plugin", "costumer-support", "Did you mean 'customer-support'?")]
    [InlineData("agent", "nobody", "There is no agent 'nobody' here.")]
    [InlineData("tool", "customer-support/issue_refund", null)]
    [InlineData("tool", "host/save_memory", null)]
    [InlineData("tool", "agent/returns-expert", null)]
    public async Task Stop_OfANameThatNothingHas_HoldsAndIsDoubted(string what, string name, string? doubt)
    {
        using var home = new TestHome();

        var stopped = (await home.CallAsync("stop", what, name, "--reason", "x")).Expect(0);

        Assert.Equal(doubt is not null, stopped.Error.Contains("warning: ", StringComparison.Ordinal));
        Assert.Contains(doubt ?? "Lift it with", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(doubt is not null, (await home.CallAsync("stop", what, name, "--reason", "y", "-o", "json")).Expect(0).Error.Contains("warning: ", StringComparison.Ordinal));
        Assert.Contains((await home.CallAsync("stops", "-o", "json")).Expect(0).Json.Items("stops"), stop => stop.Text("scope") == $"{what}/{name}");
    }

    [Theory]
    [InlineData("Say why", "stop", "everything")]
    [InlineData("Which run", "stop", "run", "--reason", "x")]
    [InlineData("takes no name", "stop", "everything", "now", "--reason", "x")]
    [InlineData("Write it as plugin/tool", "stop", "tool", "refund", "--reason", "x")]
    [InlineData("Did you mean 'plugin'", "stop", "plugn", "bank", "--reason", "x")]
    public async Task Stop_NotUnderstood_Ends2(string message, params string[] arguments)
    {
        using var home = new TestHome();

        (await home.CallAsync(arguments)).ExpectFailure(2, message);
    }
}
