using Humanizer;
using KernelHost;
using Microsoft.SemanticKernel;

namespace TestPlugins.LibraryVersion2;

[Plugin("library-version-2")]
public sealed class LibraryPlugin : Plugin
{
    public override void Configure(PluginBuilder builder) => builder.AddTools<LibraryTools>();
}

public sealed class LibraryTools
{
    [KernelFunction, Effect(ToolEffect.Read)]
    public static string Version() => $"{typeof(StringHumanizeExtensions).Assembly.GetName().Version} {"SomeWords".Humanize()}";
}
