using Microsoft.SemanticKernel;

namespace TestPlugins.CollidingNames;

public static class LeftTools
{
    [KernelFunction]
    public static string GetOrder() => "left";
}

public static class RightTools
{
    [KernelFunction("Get_Order")]
    public static string Get() => "right";
}
