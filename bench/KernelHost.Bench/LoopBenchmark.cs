using System.Globalization;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace KernelHost.Bench;

/// <summary>What governance costs: our loop against the ungoverned loops of Semantic Kernel and Microsoft.Extensions.AI, model and tool being free.</summary>
internal static class LoopBenchmark
{
    public static async Task<IReadOnlyList<Metric>> RunAsync() =>
    [
        await RoundVsSkAsync(),
        await RoundVsMeaiAsync(),
        await GrowthAsync(),
        await HistoryVsMeaiAsync(),
        await CallVsKernelInvokeAsync(),
    ];

    private static async Task<Metric> RoundVsSkAsync()
    {
        const int Rounds = 10;
        var kernel = new Kernel();
        kernel.Plugins.Add(KernelPluginFactory.CreateFromFunctions("math", [LoopHost.Add.AsKernelFunction()]));
        var service = new ScriptedModel("math_add", Rounds).AsBuilder().UseKernelFunctionInvocation().Build().AsChatCompletionService();
        var settings = new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        Task SkTurnAsync() => service.GetChatMessageContentAsync(new ChatHistory("go"), settings, kernel);
        await LoopHost.ExpectCallsAsync(Rounds, SkTurnAsync);
        var pair = await Interleaved.CompareAsync(OurTurns(Rounds), SkTurnAsync, repeats: 2000, Rounds, Rounds);
        return Ratio("round_vs_sk_auto", pair, aim: 1.0, "SK automatic function choice, per round");
    }

    private static async Task<Metric> RoundVsMeaiAsync()
    {
        const int Rounds = 10;
        await LoopHost.ExpectCallsAsync(Rounds, OurTurns(Rounds));
        await LoopHost.ExpectCallsAsync(Rounds, MeaiTurn(Rounds, []));
        var pair = await Interleaved.CompareAsync(OurTurns(Rounds), MeaiTurn(Rounds, []), repeats: 2000, Rounds, Rounds);
        return Ratio("round_vs_meai", pair, aim: 2.5, "FunctionInvokingChatClient, per round");
    }

    private static async Task<Metric> GrowthAsync()
    {
        const int Many = 1000;
        const int Few = 10;
        var many = OurTurns(Many);
        var few = OurTurns(Few);
        var pair = await Interleaved.CompareAsync(
            many,
            async () =>
            {
                for (var i = 0; i < Many / Few; i++)
                {
                    await few();
                }
            },
            repeats: 10, Many, Many);
        return Ratio("growth", pair, aim: 1.25, "our own loop at 10 rounds, per round");
    }

    private static async Task<Metric> HistoryVsMeaiAsync()
    {
        const int History = 1000;
        List<ChatMessage> messages = [];
        var recorder = new FunctionInvokingChatClient(new ScriptedModel("add", History)) { MaximumIterationsPerRequest = int.MaxValue };
        messages.Add(new ChatMessage(ChatRole.User, "go"));
        messages.AddRange((await recorder.GetResponseAsync(messages, new ChatOptions { Tools = [LoopHost.Add] })).Messages);

        var journal = new MemoryJournal();
        var session = (await new LoopHost(new ScriptedModel("add", History)).Open(journal).StartAsync(new RunRequest("bench", "go", "me"))).SessionId;
        var engine = new LoopHost(new ScriptedModel("add", 1)).Open(journal);
        var pair = await Interleaved.CompareAsync(
            () => engine.StartAsync(new RunRequest("bench", "again", "me") { SessionId = session }),
            MeaiTurn(1, messages),
            repeats: 200);
        return Ratio("turn_on_1000_round_history_vs_meai", pair, aim: 2.0, "FunctionInvokingChatClient, one turn with one round");
    }

    // The host's own path of one call: decision, limits, label, announcement and outcome in the journal, invocation. The reply that
    // proposes the call has to be staged for that, and is counted in. A session has a hundred calls, then the next one begins.
    private static async Task<Metric> CallVsKernelInvokeAsync()
    {
        const int Calls = 100;
        var agent = LoopHost.Bind(new ScriptedModel("add", 0));
        var arguments = new Dictionary<string, object?> { ["a"] = 2, ["b"] = 3 };
        ProposedCall[] proposed = [new ProposedCall { CallId = "1.1", ModelCallId = "call", Name = "add", Arguments = arguments }];
        var kernel = new Kernel();
        var function = LoopHost.Add.AsKernelFunction();

        async Task GovernedAsync()
        {
            var session = new SessionWriter(new MemoryJournal(), new SessionState("ses_bench"), observer: null, TimeProvider.System);
            session.Stage(new RunStarted { RunId = "run_bench", Agent = "bench", Principal = "me", Request = "go", Instructions = "", PolicyVersion = agent.PolicyVersion });
            var gate = new CallGate(agent, session);
            var runner = new CallRunner(agent, session, NullLogger.Instance);
            for (var i = 0; i < Calls; i++)
            {
                session.Stage(new ModelReplied { RunId = "run_bench", Step = 1, Text = "", Calls = proposed });
                gate.Decide(session.State.Run!.OpenCalls[0]);
                await runner.RunAsync(CancellationToken.None);
            }
        }

        async Task BareAsync()
        {
            for (var i = 0; i < Calls; i++)
            {
                await kernel.InvokeAsync(function, new KernelArguments(arguments));
            }
        }

        await LoopHost.ExpectCallsAsync(Calls, GovernedAsync);
        var pair = await Interleaved.CompareAsync(GovernedAsync, BareAsync, repeats: 2000, Calls, Calls, processCpu: true);
        return Ratio("call_vs_kernel_invoke", pair, aim: 2.5, "bare Kernel.InvokeAsync, process CPU");
    }

    private static Func<Task> OurTurns(int rounds)
    {
        var host = new LoopHost(new ScriptedModel("add", rounds));
        return () => host.Open(new MemoryJournal()).StartAsync(new RunRequest("bench", "go", "me"));
    }

    private static Func<Task> MeaiTurn(int rounds, List<ChatMessage> history)
    {
        var client = new FunctionInvokingChatClient(new ScriptedModel("add", rounds)) { MaximumIterationsPerRequest = int.MaxValue };
        var options = new ChatOptions { Tools = [LoopHost.Add] };
        return () => client.GetResponseAsync([.. history, new ChatMessage(ChatRole.User, "go")], options);
    }

    private static Metric Ratio(string name, Interleaved.Pair pair, double aim, string baseline) => new(
        name, pair.Ratio, "ratio", aim, string.Create(CultureInfo.InvariantCulture, $"{baseline}: {pair.Baseline:0.00} us; ours {pair.Ours:0.00} us"));
}
