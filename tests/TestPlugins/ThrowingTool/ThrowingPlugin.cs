using KernelHost;
using Microsoft.SemanticKernel;

namespace TestPlugins.ThrowingTool;

[Plugin("throwing-tool")]
public sealed class ThrowingPlugin : Plugin
{
    public override void Configure(PluginBuilder builder) => builder.AddTools<ThrowingTools>();
}

public sealed class ThrowingTools
{
    private readonly string _name;

    public ThrowingTools() => _name = Environment.GetEnvironmentVariable("A_VARIABLE_THAT_IS_NOT_SET") ?? throw new InvalidOperationException("The variable is not set.");

    [KernelFunction]
    public string Name() => _name;
}
