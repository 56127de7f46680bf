using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

/// <summary>The main job from the built command, every step in a process of its own.</summary>
public class MainJobTests
{
    private const string Request = "Where is my order 1042? If it is late, refund the shipping.";
    private const string Refund = "customer-support/issue_refund";

    [Fact]
    public async Task TheMainJob_ParksAndIsApproved_RefundsExactlyOnce()
    {
        using var home = new TestHome();

        var parked = (await home.RunAsync("run", "support", Request, "--output", "json")).Expect(3).Json;

        Assert.Equal("waitingForApproval", parked.Text("status"));
        Assert.Equal(3, parked.GetProperty("exitCode").GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, parked.GetProperty("answer").ValueKind);
        Assert.Equal("completed", parked.Tool("customer-support/get_order").Text("status"));
        Assert.Equal("waitingForApproval", parked.Tool(Refund).Text("status"));
        Assert.Contains(parked.Items("passages"), passage => passage.Text("source").Contains("late-deliveries", StringComparison.Ordinal));
        var approval = Assert.Single(parked.Items("approvals"));
        Assert.Equal(Refund, approval.Text("tool"));
        Assert.Equal(1042, approval.GetProperty("arguments").GetProperty("order_id").GetInt32());
        var id = approval.Text("approvalId");
        Assert.Contains($"approvals approve {id} --resume", approval.Text("approveCommand"), StringComparison.Ordinal);

        var waiting = (await home.RunAsync("approvals", "list", "-o", "json")).Expect(0).Json;
        Assert.Equal(id, Assert.Single(waiting.Items("approvals")).Text("approvalId"));

        var approved = (await home.RunAsync("approvals", "approve", id, "--resume", "-o", "json")).Expect(0).Json;
        Assert.Equal("approved", approved.GetProperty("approval").Text("answer"));
        var run = approved.GetProperty("run");
        Assert.Equal("completed", run.Text("status"));
        Assert.Equal("completed", run.Tool(Refund).Text("status"));
        Assert.NotEmpty(run.Items("citations"));
        Assert.Contains("[1]", run.Text("answer"), StringComparison.Ordinal);

        var again = await home.RunAsync("approvals", "approve", id, "--resume", "-o", "json");
        again.ExpectFailure(1, "already answered");
        Assert.Equal(1, again.Json.GetProperty("error").GetProperty("exitCode").GetInt32());

        var resumed = (await home.RunAsync("resume", run.Text("runId"), "-o", "json")).Expect(0).Json;
        Assert.Equal(run.Text("answer"), resumed.Text("answer"));

        var after = (await home.RunAsync("run", "support", "Where is my order 1042?", "-o", "json")).Expect(0).Json;
        Assert.Single(after.Tool("customer-support/get_order").GetProperty("result").Items("refunds"));
    }

    [Fact]
    public async Task TheMainJob_InWords_ShowsWhatIsKnownAndACommandThatApproves()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The printed command is given to a POSIX shell.");
        using var home = new TestHome("späce dir 'quoted' ünï");

        var parked = (await home.RunAsync("run", "support", Request)).Expect(3);

        Assert.Contains("● customer-support/get_order(order_id: 1042)", parked.Error, StringComparison.Ordinal);
        Assert.Contains("● search customer-support/help-center(", parked.Error, StringComparison.Ordinal);
        Assert.Contains($"⏸ {Refund}(", parked.Error, StringComparison.Ordinal);
        Assert.Contains("Digest", parked.Error, StringComparison.Ordinal);
        Assert.StartsWith("So far:", parked.Out, StringComparison.Ordinal);
        Assert.Contains("[1] Late deliveries", parked.Out, StringComparison.Ordinal);
        Assert.Contains($"Waiting for approval: {Refund}(", parked.Out, StringComparison.Ordinal);

        var command = parked.Out.Split("Approve with: ")[1].Split('\n')[0];
        var approved = (await home.ShellAsync(command)).Expect(0);

        Assert.Contains("refund id", approved.Out, StringComparison.Ordinal);
        Assert.Contains("[1] Late deliveries", approved.Out, StringComparison.Ordinal);
        Assert.Contains($"● {Refund}(", approved.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deny_WithAReason_TellsItToTheModelAndMakesNoRefund()
    {
        using var home = new TestHome();
        var parked = (await home.RunAsync("run", "support", Request, "-o", "json")).Expect(3).Json;
        var id = Assert.Single(parked.Items("approvals")).Text("approvalId");

        var denied = (await home.RunAsync("approvals", "deny", id, "--reason", "The customer withdrew.", "--resume", "-o", "json")).Expect(0).Json;

        var call = denied.GetProperty("run").Tool(Refund);
        Assert.Equal("denied", call.Text("status"));
        Assert.Contains("The customer withdrew.", call.Text("error"), StringComparison.Ordinal);
        Assert.Equal("The customer withdrew.", denied.GetProperty("approval").Text("answerReason"));
        var after = (await home.RunAsync("run", "support", "Where is my order 1042?", "-o", "json")).Expect(0).Json;
        Assert.Empty(after.Tool("customer-support/get_order").GetProperty("result").Items("refunds"));
    }

    [Fact]
    public async Task Approve_WithoutResume_RecordsTheAnswerAndLeavesTheRunToBeResumed()
    {
        using var home = new TestHome();
        var parked = (await home.CallAsync("run", "support", Request, "-o", "json")).Expect(3).Json;
        var id = Assert.Single(parked.Items("approvals")).Text("approvalId");

        var approved = (await home.CallAsync("approvals", "approve", id)).Expect(0);
        Assert.Contains("Recorded: approved", approved.Out, StringComparison.Ordinal);
        Assert.Contains($"resume {parked.Text("runId")}", approved.Error, StringComparison.Ordinal);

        Assert.Equal("completed", (await home.CallAsync("resume", parked.Text("runId"), "-o", "json")).Expect(0).Json.Text("status"));
    }

    [Fact]
    public async Task RunsShow_OfAFinishedRun_TellsEveryStep()
    {
        using var home = new TestHome();
        var parked = (await home.CallAsync("run", "support", Request, "-o", "json")).Expect(3).Json;
        (await home.CallAsync("approvals", "approve", Assert.Single(parked.Items("approvals")).Text("approvalId"), "--resume")).Expect(0);
        var id = parked.Text("runId");

        var shown = (await home.CallAsync("runs", "show", id)).Expect(0).Out;
        foreach (var kind in (string[])["request", "model", "decision", "call", "result", "asked", "parked", "answered", "resumed", "answer"])
        {
            Assert.Matches($@"(?m)^ *[0-9]+ +[0-9.]+ s  {kind}\b", shown);
        }

        var json = (await home.CallAsync("runs", "show", id, "-o", "json")).Expect(0).Json;
        var types = json.Items("events").Select(item => item.Text("type")).ToList();
        Assert.Equal("run-started", types[0]);
        Assert.Equal("run-completed", types[^1]);
        Assert.Contains("approval-decided", types);
        Assert.Equal(Enumerable.Range(1, types.Count), json.Items("events").Select(item => item.GetProperty("sequence").GetInt32()));
        Assert.Equal("completed", Assert.Single((await home.CallAsync("runs", "list", "-o", "json")).Expect(0).Json.Items("runs")).Text("status"));
    }
}
