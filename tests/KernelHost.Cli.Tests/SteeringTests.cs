using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

/// <summary>Runs that one process works on and another steers or follows.</summary>
public class SteeringTests
{
    private const string Request = "Where is my order 1042? If it is late, refund the shipping.";

    [Fact]
    public async Task Cancel_RunThatAnotherProcessWorksOn_EndsItAndWhoeverFollowsIt()
    {
        using var home = new TestHome();
        using SilentModel model = new(home);
        using var running = home.Start("run", "support", "Where is order 1042?", "-o", "json", "--config", model.Config);
        using var connection = await model.AcceptAsync(running);
        var id = await RunIdAsync(home);
        using var following = home.Start("runs", "follow", id, "-o", "json");
        var first = await following.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        (await home.RunAsync("runs", "say", id, "und bitte auf Deutsch 🙏")).Expect(0);

        var cancelled = (await home.RunAsync("runs", "cancel", id, "--reason", "wrong \u202e order", "-o", "json")).Expect(0);

        Assert.Equal("cancelled", cancelled.Json.GetProperty("run").Text("status"));
        Assert.Contains("Another process works on the run.", cancelled.Error, StringComparison.Ordinal);
        var run = (await TestHome.FinishAsync(running, "")).Expect(5).Json;
        Assert.Equal(("cancelled", "wrong \u202e order"), (run.Text("status"), run.Text("cancelReason")));
        Assert.Equal(JsonValueKind.Null, run.GetProperty("resumeCommand").ValueKind);
        var followed = (await TestHome.FinishAsync(following, "")).Expect(5);
        var events = $"{first}\n{followed.Out}".Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["run-started", "message-added", "cancel-requested", "run-cancelled"], events.Select(item => item.Text("type")));
        Assert.Equal([1, 2, 3, 4], events.Select(item => item.GetProperty("sequence").GetInt32()));

        var picked = (await home.RunAsync("runs", "follow", id, "--after", "2", "-o", "json")).Expect(5).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(events.Skip(2).Select(item => item.ToString()), picked.Select(line => JsonDocument.Parse(line).RootElement.ToString()));
        var shown = (await home.CallAsync("runs", "show", id)).Expect(0).Out;
        Assert.Contains("cancelled", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', shown);
        (await home.CallAsync("resume", id)).Expect(5);
        Assert.Contains("Cancelled by", (await home.CallAsync("resume", id)).Error, StringComparison.Ordinal);

        // The session takes the next request of its principal and agent.
        var next = (await home.RunAsync("run", "support", "Where is order 1042?", "--session", run.Text("sessionId"), "-o", "json")).Expect(0).Json;
        Assert.Equal(run.Text("sessionId"), next.Text("sessionId"));
    }

    [Fact]
    public async Task Pause_RunThatAnotherProcessWorksOn_WaitsForWhatItIsDoing()
    {
        using var home = new TestHome();
        using SilentModel model = new(home);
        using var running = home.Start("run", "support", "Where is order 1042?", "-o", "json", "--config", model.Config);
        using var connection = await model.AcceptAsync(running);
        var id = await RunIdAsync(home);
        (await home.RunAsync("runs", "pause", id, "--no-wait")).Expect(0);
        using var pausing = home.Start("runs", "pause", id, "--reason", "lunch");
        Assert.Contains("Waiting until the run", await pausing.StandardError.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await SilentModel.AnswerAsync(connection, """{"role":"assistant","content":"","tool_calls":[{"function":{"name":"customer-support-get_order","arguments":{"order_id":1042}}}]}""");

        Assert.Contains("is paused", (await TestHome.FinishAsync(pausing, "")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Equal("paused", (await TestHome.FinishAsync(running, "")).Expect(6).Json.Text("status"));
        Assert.Equal(id, Assert.Single((await home.CallAsync("runs", "list", "--status", "paused", "-o", "json")).Expect(0).Json.Items("runs")).Text("runId"));
        var resumed = (await home.RunAsync("resume", id, "-o", "json")).Expect(0).Json;
        Assert.Equal("completed", resumed.Tool("customer-support/get_order").Text("status"));
    }

    [Fact]
    public async Task Cancel_RunWhoseAgentWasDeleted_EndsItAndItsQuestions()
    {
        using var home = new TestHome();
        var id = (await home.RunAsync("run", "support", Request, "-o", "json")).Expect(3).Json.Text("runId");
        using (var other = new TestHome())
        {
            // A host that has neither this agent nor this plugin, over the same journal.
            other.Data = home.Data;
            var config = other.Write("bare.json", """{ "KernelHost": { "AgentDirectories": ["agents"], "PluginDirectories": ["plugins"] } }""");
            other.Write("agents/none.yaml", "name: none\ninstructions: Nothing.\n");
            Directory.CreateDirectory(Path.Combine(other.Work, "plugins"));
            (await other.RunAsync("runs", "cancel", id, "--config", config)).Expect(0);
        }

        Assert.Empty((await home.CallAsync("approvals", "list", "-o", "json")).Expect(0).Json.Items("approvals"));
        (await home.CallAsync("runs", "cancel", id)).Expect(0);
        (await home.CallAsync("runs", "pause", id)).ExpectFailure(1, "finished already");
        (await home.CallAsync("runs", "say", id, "too late")).ExpectFailure(1, "hears nothing any more");
        (await home.CallAsync("runs", "cancel", "run_0123456789ab")).ExpectFailure(2, "There is no run");
        var done = (await home.CallAsync("run", "support", "Where is order 1042?", "-o", "json")).Expect(0).Json.Text("runId");
        (await home.CallAsync("runs", "cancel", done)).ExpectFailure(1, "finished already");
    }

    [Fact]
    public async Task Fork_BeforeTheQuestionAndWithAnotherRequest_GoesOnByItself()
    {
        using var home = new TestHome();
        var parked = (await home.RunAsync("run", "support", Request, "-o", "json")).Expect(3).Json;
        var id = parked.Text("runId");

        var fork = (await home.RunAsync("runs", "fork", id, "-o", "json")).Expect(0).Json;
        Assert.True(fork.GetProperty("canResume").GetBoolean());
        var resumed = (await home.RunAsync("resume", fork.Text("runId"), "-o", "json")).Expect(3).Json;
        Assert.NotEqual(parked.Items("approvals").Single().Text("approvalId"), resumed.Items("approvals").Single().Text("approvalId"));
        var shown = (await home.CallAsync("runs", "show", fork.Text("runId"))).Expect(0).Out;
        Assert.Contains($"session forked from {parked.Text("sessionId")}, run {id}", shown, StringComparison.Ordinal);
        (await home.CallAsync("replay", fork.Text("runId"))).Expect(0);

        var other = (await home.RunAsync("runs", "fork", id, "--request", "Where is order 1042?", "-o", "json")).Expect(0).Json;
        Assert.Equal("completed", other.Text("status"));
        (await home.CallAsync("runs", "fork", id, "--at", "9999")).ExpectFailure(1, "has no event 9999");
        (await home.CallAsync("runs", "fork", id, "--at", "2", "--request", "x")).ExpectFailure(2, "--at");
        (await home.CallAsync("journal", "verify")).Expect(0);
    }

    private static async Task<string> RunIdAsync(TestHome home) =>
        Assert.Single((await home.RunAsync("runs", "list", "-o", "json")).Expect(0).Json.Items("runs")).Text("runId");

    /// <summary>A model on a port of its own that takes a request and says nothing until it is told to.</summary>
    private sealed class SilentModel : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public SilentModel(TestHome home)
        {
            _listener.Start();
            Config = home.Write("silent.json", $$"""
                { "KernelHost": { "Models": { "default": { "Provider": "ollama", "Model": "silent", "Endpoint": "http://127.0.0.1:{{((IPEndPoint)_listener.LocalEndpoint).Port}}" } } } }
                """);
        }

        public string Config { get; }

        public async Task<TcpClient> AcceptAsync(Process process)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var accepted = _listener.AcceptTcpClientAsync(ended.Token).AsTask();
            if (await Task.WhenAny(accepted, process.WaitForExitAsync(ended.Token)) != accepted)
            {
                Assert.Fail($"The command ended with {process.ExitCode}: {await process.StandardError.ReadToEndAsync(ended.Token)}");
            }

            await ended.CancelAsync();
            return await accepted;
        }

        public static async Task AnswerAsync(TcpClient connection, string message)
        {
            var body = $$"""{"model":"silent","created_at":"2026-11-23T12:00:00Z","message":{{message}},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":1}""" + "\n";
            var answer = $"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
            await connection.GetStream().WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer), TestContext.Current.CancellationToken);
        }

        public void Dispose() => _listener.Dispose();
    }
}
