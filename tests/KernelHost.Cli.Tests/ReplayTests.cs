using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

public class ReplayTests
{
    private const string Request = "Where is my order 1042? If it is late, refund the shipping.";
    private const string Refund = "customer-support/issue_refund";

    [Fact]
    public async Task Replay_OfTheMainJob_IsEqualInAnotherProcess()
    {
        using var home = new TestHome();
        var run = await RecordAsync(home);

        var replay = (await home.RunAsync("replay", run, "-o", "json")).Expect(0).Json;

        Assert.True(replay.GetProperty("equal").GetBoolean());
        Assert.True(replay.GetProperty("recordedEvents").GetInt32() > 10);
        Assert.Empty(replay.Items("differences"));
        Assert.Contains("were reproduced byte for byte", (await home.CallAsync("replay", run)).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_UnderAnotherPolicy_Ends1AndShowsTheDecision()
    {
        using var home = new TestHome();
        home.Write("policies/shop.yaml", "version: 1");
        home.Write("agents/shop.yaml", """
            name: shop
            instructions: You answer questions about orders.
            tools: [customer-support/get_order]
            policy: ../policies/shop.yaml
            """);
        var agents = Path.Combine(home.Work, "agents");
        var run = (await home.CallAsync("run", "shop", "Where is order 1042?", "-o", "json", "--agents", agents)).Expect(0).Json.Text("runId");
        home.Write("policies/shop.yaml", "version: 1\nrules:\n  - { id: secret, decision: deny, tools: [customer-support/get_order] }");

        var replay = (await home.RunAsync("replay", run, "-o", "json", "--agents", agents)).Expect(1).Json;
        var shown = (await home.CallAsync("replay", run, "--agents", agents)).Expect(1);

        var decision = Assert.Single(replay.Items("decisions"));
        Assert.Equal(("allow", "deny", "secret"), (decision.GetProperty("recorded").Text("verdict"), decision.GetProperty("replayed").Text("verdict"), decision.GetProperty("replayed").Text("rule")));
        Assert.Equal(1, replay.Items("differences").First().GetProperty("sequence").GetInt32());
        Assert.Contains("The policy has changed since", shown.Error, StringComparison.Ordinal);
        Assert.Contains("deny (secret)", shown.Out, StringComparison.Ordinal);
        Assert.Contains("policyVersion", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PolicyReplay_ThatBlocksASuccessfulRefund_Ends4()
    {
        using var home = new TestHome();
        await RecordAsync(home);
        var strict = home.Write("strict.yaml", $"version: 1\nrules:\n  - {{ id: no-refunds, decision: deny, tools: [{Refund}] }}");

        var replay = (await home.RunAsync("policy", "replay", "--policy", strict, "-o", "json")).Expect(4).Json;
        var shown = (await home.CallAsync("policy", "replay", "--policy", strict)).Expect(4);

        Assert.Equal((1, 1, 0), (replay.GetProperty("blocked").GetInt32(), replay.GetProperty("promptsRecorded").GetInt32(), replay.GetProperty("prompts").GetInt32()));
        var change = Assert.Single(replay.Items("changes"), item => item.GetProperty("blocked").GetBoolean());
        Assert.Equal((Refund, 1042, "ask", "no-refunds"), (
            change.Text("tool"),
            change.GetProperty("arguments").GetProperty("order_id").GetInt32(),
            change.GetProperty("recorded").Text("verdict"),
            change.GetProperty("replayed").Text("rule")));
        Assert.Contains("yes, BLOCKED now", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PolicyReplay_ThatBlocksNothing_Ends0()
    {
        using var home = new TestHome();
        await RecordAsync(home);
        var same = home.Write("same.yaml", "version: 1");

        var replay = (await home.CallAsync("policy", "replay", "--policy", same, "-o", "json")).Expect(0).Json;
        var later = (await home.CallAsync("policy", "replay", "--policy", same, "--since", "2999-01-01", "-o", "json")).Expect(0).Json;

        Assert.Equal((1, 0), (replay.GetProperty("runs").GetInt32(), replay.GetProperty("blocked").GetInt32()));
        Assert.Equal(0, later.GetProperty("runs").GetInt32());
        (await home.CallAsync("policy", "replay", "--policy", same, "--agent", "support")).Expect(0);
    }

    [Fact]
    public async Task Replay_WithWrongNames_Ends2AndSaysWhatIsWrong()
    {
        using var home = new TestHome();
        var policy = home.Write("same.yaml", "version: 1");
        var broken = home.Write("broken.yaml", "version: 1\nrules:\n  - { id: a, decision: deny, tools: [customer-support/isue_refund] }");

        (await home.CallAsync("replay", "run_0000000000zz")).ExpectFailure(2, "There is no run");
        (await home.CallAsync("replay", "nonsense\u001b[2J")).ExpectFailure(2, "is not the id of a run");
        (await home.CallAsync("policy", "replay")).ExpectFailure(2, "--policy");
        (await home.CallAsync("policy", "replay", "--policy", "none.yaml")).ExpectFailure(2, "There is no file 'none.yaml'");
        (await home.CallAsync("policy", "replay", "--policy", broken)).ExpectFailure(2, "Did you mean");
        (await home.CallAsync("policy", "replay", "--policy", policy, "--since", "yesterday")).ExpectFailure(2, "'yesterday' is no value of --since");
        (await home.CallAsync("policy", "replay", "--policy", policy, "--agent", "suport")).ExpectFailure(2, "support");
    }

    private static async Task<string> RecordAsync(TestHome home)
    {
        var parked = (await home.CallAsync("run", "support", Request, "-o", "json")).Expect(3).Json;
        (await home.CallAsync("approvals", "approve", Assert.Single(parked.Items("approvals")).Text("approvalId"), "--resume")).Expect(0);
        return parked.Text("runId");
    }
}
