using KernelHost;

namespace TestPlugins.ThrowingConstructor;

[Plugin("throwing-constructor")]
public sealed class ThrowingPlugin : Plugin
{
    public ThrowingPlugin() => throw new InvalidOperationException("The licence is missing.");

    public override void Configure(PluginBuilder builder) => builder.AddPrompt("tone", "How to speak.", "Kindly.");
}
