using System.Globalization;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Text;

namespace KernelHost.Runs.Effects;

/// <summary>What people are told of a call that was made and of which nobody knows the outcome.</summary>
internal static class UnknownOutcome
{
    public static string Question(CallState call) => $"{What(call)} {Report(call.Reported)}Did it take effect?";

    private static string What(CallState call) => call.TimedOut switch
    {
        null => "The host stopped while this call was being made.",
        { Ended: true } timedOut => $"The tool did not answer in {Seconds(timedOut.DurationMs)} s and was cut off.",
        { } timedOut => $"The tool did not answer in {Seconds(timedOut.DurationMs)} s and does not react to being cancelled; it may still be at work.",
    };

    private static string Report(OutcomeChecked? reported) => reported switch
    {
        null => "",
        { Outcome: OutcomeKind.DidNotHappen } => "Its plugin says that it has not happened so far. ",
        { Reason: { } reason } => $"Its plugin does not know: {VisibleText.Escape(reason)} ",
        _ => "Its plugin does not know. ",
    };

    private static string Seconds(double milliseconds) => (milliseconds / 1000).ToString("0.#", CultureInfo.InvariantCulture);
}
