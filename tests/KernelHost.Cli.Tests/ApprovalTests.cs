using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

/// <summary>Approvals at the command line: other arguments, words in place of the tool, what is remembered, several at once, and by whom.</summary>
public class ApprovalTests
{
    private const string Request = "Where is my order 1042? If it is late, refund the shipping.";
    private const string Refund = "customer-support/issue_refund";

    [Fact]
    public async Task Approve_WithOtherArguments_MakesTheCallWithThemIfThePolicyLetsIt()
    {
        using var home = new TestHome();
        var (_, id) = await ParkAsync(home);

        (await home.CallAsync("approvals", "approve", id, "--set", "scope=full")).ExpectFailure(1, "The policy denies the call with these arguments (full-refund-without-reason)");
        (await home.CallAsync("approvals", "approve", id, "--set", "color=red")).ExpectFailure(1, "do not fit");
        (await home.CallAsync("approvals", "approve", id, "--set", "=red")).ExpectFailure(2, "changes nothing");
        (await home.CallAsync("approvals", "approve", id, "--edit", "missing.json")).ExpectFailure(2, "There is no file");
        var file = home.Write("arguments.json", """{ "order_id": 1042, "scope": "shipping", "reason": "Late." }""");
        var approved = (await home.CallAsync("approvals", "approve", id, "--edit", file, "--resume", "-o", "json")).Expect(0).Json;

        var approval = approved.GetProperty("approval");
        Assert.Equal("Late.", approval.GetProperty("arguments").Text("reason"));
        Assert.False(approval.GetProperty("originalArguments").TryGetProperty("reason", out _));
        Assert.Equal("Late.", approved.GetProperty("run").Tool(Refund).GetProperty("arguments").Text("reason"));
        Assert.Equal("done", (await home.CallAsync("approvals", "show", id, "-o", "json")).Expect(0).Json.Text("status"));
        Assert.Contains("changed", (await home.CallAsync("runs", "show", approved.GetProperty("run").Text("runId"))).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Respond_ClosesTheCallWithThePersonsWords()
    {
        using var home = new TestHome();
        var (_, id) = await ParkAsync(home);

        var run = (await home.CallAsync("approvals", "respond", id, "--text", "It was refunded by phone.", "--resume", "-o", "json")).Expect(0).Json.GetProperty("run");

        Assert.Contains("It was refunded by phone.", run.Tool(Refund).Text("result"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_HostThatKnowsItsApprovers_OnlyAnotherPersonWithTheRoleMay()
    {
        using var home = new TestHome();
        string Config(string principal) => home.Write($"{principal}.json", $$"""
            { "KernelHost": { "Principal": "{{principal}}", "Approvers": [ { "Name": "bob", "Roles": ["supervisor"] }, { "Name": "alice", "Roles": [] } ] } }
            """);
        var parked = (await home.CallAsync("run", "support", Request, "--config", Config("alice"), "-o", "json")).Expect(3).Json;
        var id = Assert.Single(parked.Items("approvals")).Text("approvalId");

        (await home.CallAsync("approvals", "approve", id, "--config", Config("alice"))).ExpectFailure(1, "whoever asks is never the one who approves");
        (await home.CallAsync("approvals", "approve", id, "--config", Config("mallory"))).ExpectFailure(1, "is no approver on this host");
        var asked = (await home.CallAsync("y\n", isTerminal: true, "resume", parked.Text("runId"), "--config", Config("alice"))).Expect(3);
        Assert.Contains("never the one who approves", asked.Error, StringComparison.Ordinal);

        var approved = (await home.CallAsync("approvals", "approve", id, "--config", Config("bob"), "-o", "json")).Expect(0).Json.GetProperty("approval");
        Assert.Equal(("approved", "bob", false), (approved.Text("status"), approved.Text("decidedBy"), approved.GetProperty("selfApproved").GetBoolean()));
    }

    [Fact]
    public async Task Approve_Remembered_IsAllowedWithoutAskingUntilItIsTakenBack()
    {
        using var home = new TestHome();
        var (_, id) = await ParkAsync(home);

        var unsure = (await home.CallAsync("approvals", "approve", id, "--remember")).ExpectFailure(2, "Add '--yes'");
        Assert.Contains("order_id = 1042", unsure.Error, StringComparison.Ordinal);
        Assert.Equal("pending", (await home.CallAsync("approvals", "show", id, "-o", "json")).Expect(0).Json.Text("status"));

        var remembered = (await home.CallAsync("approvals", "approve", id, "--remember", "--for", "2h", "--scope", "agent", "--yes", "--resume")).Expect(0);
        var rule = Assert.Single((await home.CallAsync("approvals", "rules", "list", "-o", "json")).Expect(0).Json.Items("rules"));
        // What was shown can be taken back by what was shown.
        Assert.Contains($"allowed without asking: {rule.Text("rememberedId")}", remembered.Error, StringComparison.Ordinal);
        Assert.Equal("refunds", rule.Text("rule"));
        var again = (await home.CallAsync("run", "support", Request, "-o", "json")).Expect(0).Json;
        Assert.Equal($"remembered:{rule.Text("rememberedId")}", again.Tool(Refund).GetProperty("decision").Text("rule"));
        (await home.CallAsync("replay", again.Text("runId"))).Expect(0);
        // The same policy asks the same questions: one, and not again where it was remembered. A rule that is another one asks twice.
        var policy = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "policies", "support.yaml"), TestContext.Current.CancellationToken);
        Assert.Equal((0, 1), await PolicyReplayAsync(home, policy));
        Assert.Equal((1, 2), await PolicyReplayAsync(home, policy.Replace("Money leaves the shop.", "Money is about to leave.", StringComparison.Ordinal)));

        (await home.CallAsync("approvals", "rules", "revoke", rule.Text("rememberedId"))).Expect(0);
        Assert.Empty((await home.CallAsync("approvals", "rules", "list", "-o", "json")).Expect(0).Json.Items("rules"));
        (await home.CallAsync("run", "support", Request)).Expect(3);
        (await home.CallAsync("approvals", "rules", "revoke", rule.Text("rememberedId"))).ExpectFailure(1, "There is no remembered approval");
    }

    [Fact]
    public async Task Approve_SeveralAtOnce_EachIsSealedByItself()
    {
        using var home = new TestHome();
        var (_, first) = await ParkAsync(home);
        var (run, second) = await ParkAsync(home);
        (await home.CallAsync("approvals", "approve", first, "apr_000000000000")).ExpectFailure(2, "There is no approval");
        (await home.CallAsync("approvals", "deny", first, "--reason", "No.")).Expect(0);

        var both = (await home.CallAsync("approvals", "approve", first, second, "-o", "json")).Expect(1).Json;

        Assert.Equal([false, true], both.Items("outcomes").Select(outcome => outcome.GetProperty("recorded").GetBoolean()));
        Assert.Contains("already answered", both.Items("outcomes").First().Text("error"), StringComparison.Ordinal);
        Assert.Contains("already answered", (await home.CallAsync("approvals", "approve", first, second)).Expect(1).Out, StringComparison.Ordinal);
        (await home.CallAsync("approvals", "approve", "--run", run, "--all")).ExpectFailure(2, "Nothing waits for an approval in run");
        (await home.CallAsync("approvals", "approve", first, "--run", run, "--all")).ExpectFailure(2, "Which ones?");
    }

    [Fact]
    public async Task Approve_EverythingOfARun_ResumesIt()
    {
        using var home = new TestHome();
        var (run, _) = await ParkAsync(home);

        (await home.CallAsync("approvals", "approve", "--run", run, "--all", "--resume")).Expect(0);
    }

    [Fact]
    public async Task Run_NobodyThereAndDenied_EndsByItself()
    {
        using var home = new TestHome();

        var denied = (await home.CallAsync("run", "support", Request, "--unattended", "deny", "-o", "json")).Expect(4).Json;

        Assert.Equal(("denied", "unattended"), (denied.Tool(Refund).Text("status"), denied.Tool(Refund).Text("failure")));
        Assert.Empty((await home.CallAsync("approvals", "list", "--all", "-o", "json")).Expect(0).Json.Items("approvals"));
        (await home.CallAsync("replay", denied.Text("runId"))).Expect(0);
    }

    [Fact]
    public async Task Dialog_ChangesTheArguments_AndGoesOn()
    {
        using var home = new TestHome();

        var run = (await home.CallAsync("e\nreason=Late.\n\ny\n", isTerminal: true, "run", "support", Request)).Expect(0);

        Assert.Contains("\"reason\": \"Late.\"", run.Error, StringComparison.Ordinal);
        // What was made, not what the model had proposed.
        Assert.Contains("● customer-support/issue_refund(order_id: 1042, scope: \"shipping\", reason: \"Late.\")", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_Quietly_ShowsTheAnswerAlone()
    {
        using var home = new TestHome();
        var parked = (await home.CallAsync("run", "support", Request, "-o", "json")).Expect(3).Json;

        var approved = (await home.CallAsync("approvals", "approve", Assert.Single(parked.Items("approvals")).Text("approvalId"), "--resume", "-v", "quiet")).Expect(0);

        Assert.Equal("", approved.Error);
        Assert.NotEqual("", approved.Out);
    }

    [Fact]
    public async Task Show_TellsTermsAndLists_WhatHoldsNow()
    {
        using var home = new TestHome();
        var config = home.Write("short.json", """{ "KernelHost": { "Approvals": { "ExpiresAfter": "90m" } } }""");
        var parked = (await home.CallAsync("run", "support", Request, "--config", config, "-o", "json")).Expect(3).Json;
        var approval = Assert.Single(parked.Items("approvals"));

        var shown = (await home.CallAsync("approvals", "show", approval.Text("approvalId"), "--full")).Expect(0).Out;

        Assert.Contains(approval.Text("digest"), shown, StringComparison.Ordinal);
        Assert.Contains("(in 1h", shown, StringComparison.Ordinal);
        Assert.Contains("refunds", shown, StringComparison.Ordinal);
        Assert.Contains("waiting", (await home.CallAsync("approvals", "list")).Expect(0).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "KernelHost": { "Approvers": "bob" } }""", "must be a list")]
    [InlineData("""{ "KernelHost": { "Approvers": [ { "Roles": ["x"] } ] } }""", "Name is not set")]
    [InlineData("""{ "KernelHost": { "Approvers": [ { "Name": "bob" }, { "Name": "BOB" } ] } }""", "in the list already")]
    [InlineData("""{ "KernelHost": { "Approvers": [ { "Name": "bob", "Role": "x" } ] } }""", "Did you mean 'Roles'?")]
    [InlineData("""{ "KernelHost": { "Approvals": { "ExpiresAfter": "soon" } } }""", "ExpiresAfter is 'soon'")]
    [InlineData("""{ "KernelHost": { "Approvals": { "Unattended": "allow" } } }""", "Use 'park' or 'deny'")]
    public async Task Configuration_ThatDoesNotDo_IsRefused(string config, string because)
    {
        using var home = new TestHome();

        (await home.CallAsync("approvals", "list", "--config", home.Write("bad.json", config))).ExpectFailure(2, because);
    }

    private static async Task<(int Changed, int Prompts)> PolicyReplayAsync(TestHome home, string policy)
    {
        var report = (await home.CallAsync("policy", "replay", "--policy", home.Write("next.yaml", policy), "-o", "json")).Expect(0).Json;
        return (report.GetProperty("changed").GetInt32(), report.GetProperty("prompts").GetInt32());
    }

    private static async Task<(string Run, string Approval)> ParkAsync(TestHome home)
    {
        var parked = (await home.CallAsync("run", "support", Request, "-o", "json")).Expect(3).Json;
        return (parked.Text("runId"), Assert.Single(parked.Items("approvals")).Text("approvalId"));
    }
}
