using Microsoft.Extensions.AI;

namespace KernelHost.Models;

/// <summary>A chat model ready for use.</summary>
/// <param name="Name">Its name in configuration, for example <c>default</c>.</param>
/// <param name="Provider">The provider's name, one of <see cref="ModelProviders"/>.</param>
/// <param name="ModelId">The model's id at the provider.</param>
/// <param name="Client">
/// Answers, and throws <see cref="ModelException"/> where it cannot. It never invokes a tool: calls come back as
/// <see cref="FunctionCallContent"/>, and one whose arguments were no JSON object carries the reason in
/// <see cref="FunctionCallContent.Exception"/>. Thread-safe; owned by the <see cref="ModelCatalog"/>.
/// </param>
public sealed record ChatModel(string Name, string Provider, string ModelId, IChatClient Client)
{
    /// <summary>What it charges; <see langword="null"/> when the configuration does not say.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>The most tokens of one answer, where a request does not say; <see langword="null"/> when the configuration does not say.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>How many tokens its window holds; <see langword="null"/> when that is not configured.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>At which part of the window, in percent, a conversation is compacted.</summary>
    /// <value>75</value>
    public int CompactAtPercent { get; init; } = 75;
}
