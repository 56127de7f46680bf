using KernelHost;
using Microsoft.Extensions.DependencyInjection;

namespace TestPlugins.Complete;

/// <summary>Everything a plugin can contribute, for the tests of calls and of unloading.</summary>
[Plugin("complete", Description = "Has one of everything.")]
public sealed class CompletePlugin : Plugin
{
    public override void Configure(PluginBuilder builder)
    {
        builder.Services.AddSingleton<Warehouse>();
        builder
            .AddTools<WarehouseTools>()
            .AddRetriever<WarehouseRetriever>("manuals", "Manuals of the articles.")
            .AddDocuments("notes", "Notes of the warehouse.", "notes/**/*.md")
            .AddPrompt("tone", "How to speak.", "Speak to {{$name}} kindly.");
    }
}
