using KernelHost;

namespace TestPlugins.ThrowingConfigure;

/// <summary>An exception that does not let itself be read, so that only its message tells what it is.</summary>
public sealed class OwnException(string message) : Exception(message)
{
    public override string? StackTrace => throw new InvalidOperationException("No place.");

    public override string ToString() => throw new InvalidOperationException("No text.");
}

[Plugin("throwing-configure")]
public sealed class ThrowingPlugin : Plugin
{
    public override void Configure(PluginBuilder builder) => throw new OwnException("The port is taken.");
}
