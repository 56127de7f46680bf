using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

public class ExitCodeTests
{
    [Fact]
    public async Task Run_WhenThePolicyDeniesACall_Ends4()
    {
        using var home = new TestHome();
        home.Write("policies/strict.yaml", """
            version: 1
            rules:
              - id: no-orders
                decision: deny
                tools: [customer-support/get_order]
                reason: Orders are secret today.
            """);
        home.Write("agents/strict.yaml", Agent("strict", "policy: ../policies/strict.yaml"));

        var run = (await home.RunAsync("run", "strict", "Where is order 1042?", "-o", "json")).Expect(4).Json;

        Assert.Equal("completed", run.Text("status"));
        Assert.Equal(1, run.GetProperty("deniedByPolicy").GetInt32());
        var call = run.Tool("customer-support/get_order");
        Assert.Equal(("denied", "deny", "no-orders"), (call.Text("status"), call.GetProperty("decision").Text("verdict"), call.GetProperty("decision").Text("rule")));
        Assert.Contains("The policy denied 1 call.", (await home.CallAsync("run", "strict", "Where is order 1042?", "--agents", Path.Combine(home.Work, "agents"))).Expect(4).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenALimitIsReached_AnswersAndEnds4()
    {
        using var home = new TestHome();
        home.Write("agents/brief.yaml", Agent("brief", "limits: { steps: 1 }"));

        var run = await home.RunAsync("run", "brief", "Where is order 1042?", "-o", "json");

        Assert.Equal("stopped", run.Expect(4).Json.Text("status"));
        Assert.Equal("1 steps", run.Json.Text("limit"));
        Assert.NotEmpty(run.Json.Text("answer"));
    }

    [Fact]
    public async Task CtrlC_DuringAModelCall_Ends130AndLeavesARunThatResumes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends a POSIX signal.");
        using var home = new TestHome();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var config = home.Write("silent.json", $$"""
            { "KernelHost": { "Models": { "default": { "Provider": "ollama", "Model": "silent", "Endpoint": "http://127.0.0.1:{{((IPEndPoint)silent.LocalEndpoint).Port}}" } } } }
            """);

        using var process = home.Start("run", "support", "Where is order 1042?", "-o", "json", "--config", config);
        using var connection = await AcceptAsync(silent, process);
        await InterruptAsync(process);
        var interrupted = (await TestHome.FinishAsync(process, "")).Expect(130).Json;

        Assert.Equal("interrupted", interrupted.Text("status"));
        Assert.Contains($"resume {interrupted.Text("runId")}", interrupted.Text("resumeCommand"), StringComparison.Ordinal);
        Assert.Equal("interrupted", Assert.Single((await home.RunAsync("runs", "list", "-o", "json")).Expect(0).Json.Items("runs")).Text("status"));

        var resumed = (await home.RunAsync("resume", interrupted.Text("runId"), "-o", "json")).Expect(0).Json;
        Assert.Equal("completed", resumed.Text("status"));
        Assert.Equal("completed", resumed.Tool("customer-support/get_order").Text("status"));
    }

    [Fact]
    public async Task Run_WhenTheModelCannotBeReached_Ends1AndSaysHowToResume()
    {
        using var home = new TestHome();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var config = home.Write("dead.json", $$"""
            { "KernelHost": { "Models": { "default": { "Provider": "ollama", "Model": "x", "MaxRetries": 0, "Endpoint": "http://127.0.0.1:{{port}}" } } } }
            """);

        var run = await home.CallAsync("run", "support", "Where is order 1042?", "--config", config);

        run.ExpectFailure(1, "Resume the run with: ");
        Assert.Equal("", run.Out);
    }

    private static string Agent(string name, string more) => $"""
        name: {name}
        instructions: You answer questions about orders.
        tools: [customer-support/get_order]
        {more}
        """;

    // A command that fails before it asks its model would leave the listener waiting for ever.
    private static async Task<TcpClient> AcceptAsync(TcpListener listener, Process process)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var accepted = listener.AcceptTcpClientAsync(ended.Token).AsTask();
        var gone = process.WaitForExitAsync(ended.Token);
        if (await Task.WhenAny(accepted, gone) == gone)
        {
            Assert.Fail($"The command ended with {process.ExitCode}: {await process.StandardError.ReadToEndAsync(ended.Token)}");
        }

        await ended.CancelAsync();
        return await accepted;
    }

    private static async Task InterruptAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }
}
