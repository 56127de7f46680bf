using System.Collections.Concurrent;
using System.ComponentModel;
using KernelHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace HelloPlugin;

/// <summary>The entry point: what this plugin contributes. The build runs it to write plugin.json, the host runs it once per load.</summary>
[Plugin("hello", Description = "Greets people, remembers them and knows how they greet elsewhere.")]
public sealed class HelloPlugin : Plugin
{
    public override void Configure(PluginBuilder builder)
    {
        builder.Services.AddSingleton<GuestBook>();
        builder
            .AddTools<GreetingTools>()
            .AddDocuments("customs", "How people greet each other around the world.", "articles/**/*.md")
            .AddPrompt("tone", "A warm tone of voice.", "Greet {{$name}} warmly and in one sentence.");
    }
}

/// <summary>The tools: Semantic Kernel's attribute makes them, ours say what they do to the world. One instance serves all calls.</summary>
public sealed class GreetingTools(GuestBook guests)
{
    [KernelFunction, Effect(ToolEffect.Read, ResultIntegrity = Integrity.Typed)]
    [Description("Counts how often a guest has signed the guest book.")]
    public int CountVisits([Description("The guest's name.")] string name) => guests.Count(name);

    // 'keyed': a call that is repeated after a crash comes with the same key and signs only once.
    [KernelFunction, Effect(ToolEffect.Keyed)]
    [Description("Signs the guest book for a guest and returns the greeting.")]
    public string SignGuestBook(
        [Description("The guest's name.")] string name,
        [Description("What to write beside the name."), Role(ArgumentRole.Payload)] string message,
        ToolContext context)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new ToolException("A guest needs a name. Ask for it.");
        }

        guests.Sign(context.IdempotencyKey, name, message);
        return $"Hello, {name}! You have been here {guests.Count(name)} time(s).";
    }
}

/// <summary>A service of the plugin's own container; it is disposed with the plugin if it is disposable.</summary>
public sealed class GuestBook
{
    private readonly ConcurrentDictionary<string, (string Name, string Message)> _entries = new();

    public void Sign(string key, string name, string message) => _entries.TryAdd(key, (name, message));

    public int Count(string name) => _entries.Values.Count(entry => entry.Name == name);
}
