using Microsoft.Extensions.AI;

namespace KernelHost;

/// <summary>The call a tool is serving. A tool method may take one as a parameter; the model neither sees nor fills it.</summary>
public sealed class ToolContext
{
    /// <summary>The conversation.</summary>
    public required string SessionId { get; init; }

    /// <summary>The run within the conversation.</summary>
    public required string RunId { get; init; }

    /// <summary>The call within the run.</summary>
    public required string CallId { get; init; }

    /// <summary>On whose behalf the agent works.</summary>
    public required string Principal { get; init; }

    // What the host's own tools need to know of the run.
    internal string Agent { get; init; } = "";

    internal Integrity Integrity { get; init; } = Integrity.Untrusted;

    /// <summary>
    /// The model of the agent that the call works for, or the one that it names for what tools ask. What it uses counts as use of the run and stays within the run's limits and budgets; where there is
    /// no room left it throws a <see cref="ToolException"/>. It can be used only while the call is being served. Thread-safe; owned by the host.
    /// </summary>
    /// <exception cref="InvalidOperationException">The plugin has not declared that it uses the model (<see cref="PluginBuilder.UseModel"/>).</exception>
    public IChatClient ChatClient
    {
        get => field ?? throw new InvalidOperationException("The plugin has not declared that it uses the model. Call 'UseModel()' in its 'Configure' and build it again.");
        internal init;
    }

    /// <summary>Stable for this call across crashes, retries and resumes; a <see cref="ToolEffect.Keyed"/> tool does its work once per key.</summary>
    /// <value><c>{RunId}/{CallId}</c></value>
    public string IdempotencyKey
    {
        get => field ??= $"{RunId}/{CallId}";
        init;
    }
}
