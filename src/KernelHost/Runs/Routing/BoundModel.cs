using KernelHost.Models;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Routing;

/// <summary>A model that an agent uses, ready to be asked.</summary>
/// <param name="Name">Its name in configuration.</param>
/// <param name="Client">Answers.</param>
public sealed record BoundModel(string Name, IChatClient Client)
{
    /// <summary>The model's provider, for telemetry.</summary>
    public string Provider { get; init; } = "unknown";

    /// <summary>The model's id, for telemetry and requests; <see langword="null"/> leaves it to the client.</summary>
    public string? ModelId { get; init; }

    /// <summary>How many tokens its window holds; <see langword="null"/> when that is not known, and then nothing is compacted before it complains.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>At which part of the window, in percent, the conversation is compacted.</summary>
    public int CompactAtPercent { get; init; } = 75;

    /// <summary>What it charges; <see langword="null"/> when the configuration does not say.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>The most tokens of one answer that its configuration allows; <see langword="null"/> when it does not say.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Whether it is the built-in model, which writes no summaries.</summary>
    internal bool IsOffline => Provider == ModelProviders.Offline;
}

/// <summary>A model to fall over to.</summary>
/// <param name="Model">The model.</param>
/// <param name="On">For which failures of the models before it.</param>
public sealed record BoundFallback(BoundModel Model, IReadOnlySet<ModelFailureReason> On);
