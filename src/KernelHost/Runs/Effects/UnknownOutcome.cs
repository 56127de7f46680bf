using System.Globalization;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Effects;

/// <summary>What people are told of a call that was made and of which nobody knows the outcome.</summary>
internal static class UnknownOutcome
{
    public static string Question(CallState call) => call.TimedOut switch
    {
        null => "The host stopped while this call was being made. Did it take effect?",
        { Ended: true } timedOut => $"The tool did not answer in {Seconds(timedOut.DurationMs)} s and was cut off. Did it take effect?",
        { } timedOut => $"The tool did not answer in {Seconds(timedOut.DurationMs)} s and does not react to being cancelled; it may still be at work. Did it take effect?",
    };

    private static string Seconds(double milliseconds) => (milliseconds / 1000).ToString("0.#", CultureInfo.InvariantCulture);
}
