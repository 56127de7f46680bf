using System.Diagnostics;
using System.Globalization;
using KernelHost.Policy.Budgets;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;

namespace KernelHost.Bench;

/// <summary>
/// What stands between a proposed call and its announcement: arguments checked against the schema, the policy's decision, the run's limits and
/// the kill switch; once with the run's own limits, and once with a budget that runs share, which is reserved and settled in its file.
/// </summary>
internal static class GateBenchmark
{
    private const int Calls = 2000;
    private const int Samples = 31;

    public static async Task<IReadOnlyList<Metric>> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("kernelhost-bench-").FullName;
        try
        {
            var rules = new BudgetRules([new BudgetRule("agent", "*", BudgetPeriod.Day, new Dictionary<string, long> { [BudgetMeasure.ToolCalls] = long.MaxValue / 4 })], "USD");
            using var shared = new SharedBudgets(rules, () => Ledger.Open(directory));
            using var none = new SharedBudgets(BudgetRules.None, Ledger.InMemory);
            var (sharedTime, sharedBytes) = await MeasureAsync(shared);
            var (time, bytes) = await MeasureAsync(none);
            var alone = string.Create(CultureInfo.InvariantCulture, $"with the limits of the run alone: {time:0.00} us, {bytes:0} bytes; the ledger is NORMAL: it survives a killed process, the journal's own limits a power cut");
            return
            [
                new Metric("gate_us", sharedTime, "us", 10, alone),
                new Metric("gate_bytes", sharedBytes, "bytes", 4096, alone),
            ];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<(double Microseconds, double Bytes)> MeasureAsync(SharedBudgets budgets)
    {
        List<double> times = [];
        List<double> bytes = [];
        var runs = 0;
        await Interleaved.WarmUpAsync(async () => await SampleAsync(budgets, ++runs));
        for (var sample = 0; sample < Samples; sample++)
        {
            var (time, allocated) = await SampleAsync(budgets, ++runs);
            times.Add(time);
            bytes.Add(allocated);
        }

        return (Interleaved.Median(times), Interleaved.Median(bytes));
    }

    // The reply and the outcome are staged outside of the clock; settling what went before is inside, with the next reservation.
    private static async Task<(double Microseconds, double Bytes)> SampleAsync(SharedBudgets budgets, int run)
    {
        var agent = LoopHost.Bind(new ScriptedModel("add", 0));
        var journal = new MemoryJournal();
        var runId = string.Create(CultureInfo.InvariantCulture, $"run_bench{run}");
        var session = new SessionWriter(journal, new SessionState("ses_bench"), observer: null, TimeProvider.System);
        session.Stage(new RunStarted { RunId = runId, Agent = "bench", Principal = "me", Request = "go", Instructions = "", PolicyVersion = agent.PolicyVersion });
        await session.FlushAsync();
        session.Guards = new RunGuards { Accounts = await LedgerAccounts.CreateAsync(budgets, session, [], journal) };
        var gate = new CallGate(agent, session);
        var admission = new CallAdmission(agent, session);
        var arguments = new Dictionary<string, object?> { ["a"] = 2, ["b"] = 3 };
        var (ticks, allocated) = (0L, 0L);
        for (var i = 1; i <= Calls; i++)
        {
            session.Stage(new ModelReplied
            {
                RunId = runId,
                Step = i,
                Text = "",
                Calls = [new ProposedCall { CallId = string.Create(CultureInfo.InvariantCulture, $"{i}.1"), ModelCallId = "call", Name = "add", Arguments = arguments }],
            });
            var call = session.State.Run!.OpenCalls[0];
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            gate.Decide(call);
            var refusal = admission.Refuse(call, out _, out _);
            ticks += Stopwatch.GetTimestamp() - started;
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            if (!call.Ready || refusal is not null)
            {
                throw new InvalidOperationException("The gate did not let the call through.");
            }

            session.Stage(new CallStarted { RunId = runId, CallId = call.CallId });
            session.Stage(new CallCompleted { RunId = runId, CallId = call.CallId, Result = "5" });
            await session.FlushAsync();
        }

        return (ticks * 1e6 / Stopwatch.Frequency / Calls, allocated / (double)Calls);
    }
}
