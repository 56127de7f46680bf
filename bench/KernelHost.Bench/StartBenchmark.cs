namespace KernelHost.Bench;

/// <summary>From the start of the process to the answer of the main job.</summary>
internal static class StartBenchmark
{
    public static Task<IReadOnlyList<Metric>> RunAsync() => throw new NotSupportedException("Needs the CLI.");
}
