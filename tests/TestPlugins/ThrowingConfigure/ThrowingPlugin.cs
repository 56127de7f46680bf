using KernelHost;

namespace TestPlugins.ThrowingConfigure;

public sealed class OwnException(string message) : Exception(message);

[Plugin("throwing-configure")]
public sealed class ThrowingPlugin : Plugin
{
    public override void Configure(PluginBuilder builder) => throw new OwnException("The port is taken.");
}
