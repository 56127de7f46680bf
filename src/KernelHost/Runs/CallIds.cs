using System.Globalization;

namespace KernelHost.Runs;

/// <summary>The host's ids of calls: <c>{step}.{index}</c>. Those of ordinary runs are made once.</summary>
internal static class CallIds
{
    private const int Steps = 64;
    private static readonly string[] FirstCalls = [.. Enumerable.Range(0, Steps).Select(step => Format(step, 1))];

    public static string Get(int step, int index) => index == 1 && step < Steps ? FirstCalls[step] : Format(step, index);

    private static string Format(int step, int index) => string.Create(CultureInfo.InvariantCulture, $"{step}.{index}");
}
