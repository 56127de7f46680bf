using System.Globalization;
using KernelHost.Policy.Budgets;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// Names a model call within its run for the ledger: <c>m{step}</c>, and <c>m{step}.{attempt}</c> when a process let go of the run, or died, before the
/// step had its reply. Each attempt has a name of its own, so that what the journal charged for one is never taken for another.
/// </summary>
internal static class ModelCallId
{
    /// <summary>The model call that comes next.</summary>
    public static string Next(State.RunState run) => Of(run.Steps + 1, run.ModelAttempt);

    public static bool IsOne(string id) => id.StartsWith('m');

    /// <summary>Whether no reply of a model call made before can come any more.</summary>
    public static bool EndsAttempt(RunEvent runEvent) => runEvent is RunResumed or RunInterrupted or RunPaused or RunParked or RunCancelled or RunCompleted;

    /// <summary>What a model call used by the journal: its reply, or the charge of the event that ended the attempt; <see langword="null"/> while neither is there.</summary>
    /// <param name="id">The model call.</param>
    /// <param name="events">The run's events.</param>
    public static BudgetUse? Used(string id, List<RunEvent> events)
    {
        var (step, attempt) = (1, 0);
        foreach (var runEvent in events)
        {
            if (runEvent is ModelReplied reply)
            {
                if (Of(step, attempt) == id)
                {
                    return RunSpending.Use(reply);
                }

                (step, attempt) = (reply.Step + 1, 0);
            }
            else if (EndsAttempt(runEvent))
            {
                if (Of(step, attempt) == id)
                {
                    return RunSpending.Use(Charge(runEvent));
                }

                attempt++;
            }
        }

        return null;
    }

    private static ModelCharge? Charge(RunEvent runEvent) => runEvent switch
    {
        RunResumed resumed => resumed.Charged,
        RunInterrupted interrupted => interrupted.Charged,
        RunCancelled cancelled => cancelled.Charged,
        RunCompleted completed => completed.Charged,
        _ => null,
    };

    private static string Of(int step, int attempt) =>
        attempt == 0 ? string.Create(CultureInfo.InvariantCulture, $"m{step}") : string.Create(CultureInfo.InvariantCulture, $"m{step}.{attempt}");
}
