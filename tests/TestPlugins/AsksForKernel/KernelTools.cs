using Microsoft.SemanticKernel;

namespace TestPlugins.AsksForKernel;

public static class KernelTools
{
    [KernelFunction]
    public static int CountPlugins(Kernel kernel) => kernel.Plugins.Count;

    [KernelFunction]
    public static void Swap(ref int value) => value++;
}
