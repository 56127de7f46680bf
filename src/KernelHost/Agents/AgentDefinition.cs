using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>An agent as an operator or builder defined it. Immutable.</summary>
public sealed record AgentDefinition
{
    /// <summary>Unique among the agents of a host: lower-case letters, digits and hyphens, starting with a letter, at most 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>One or two sentences for lists.</summary>
    /// <value>Empty.</value>
    public string Description { get; init; } = "";

    /// <summary>A name in the configuration section <c>KernelHost:Models</c>.</summary>
    /// <value><c>default</c></value>
    public string Model { get; init; } = "default";

    /// <summary>The models to use, in this order, when the one before gives no answer. Nothing is sent to any other.</summary>
    public IReadOnlyList<ModelFallback> Fallback { get; init; } = [];

    /// <summary>A cheaper model for what tools ask; <see langword="null"/> for <see cref="Model"/>.</summary>
    public string? ExtractionModel { get; init; }

    /// <summary>A cheaper model that summarises a conversation which outgrows the window; <see langword="null"/> for <see cref="Model"/>.</summary>
    public string? SummaryModel { get; init; }

    /// <summary>What the model is told first. Taken literally; it is not a template.</summary>
    public required string Instructions { get; init; }

    /// <summary>Prompt templates, as <c>plugin/prompt</c>, whose rendered text is appended to the instructions in this order.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>The values for the variables of <see cref="Prompts"/>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The tools it may use, as <see cref="NamePattern"/>. It sees no others.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>The retrievers it may search, as <see cref="NamePattern"/>. It sees no others.</summary>
    public IReadOnlyList<string> Retrievers { get; init; } = [];

    /// <summary>The collections it may search, which people fill. It sees no others.</summary>
    public IReadOnlyList<string> Collections { get; init; } = [];

    /// <summary>The agents it may ask as tools. It knows no others.</summary>
    public IReadOnlyList<string> Agents { get; init; } = [];

    /// <summary>The agents it may hand the conversation over to.</summary>
    public IReadOnlyList<string> HandOver { get; init; } = [];

    /// <summary>For whom it may remember what it was told: any of <c>user</c>, <c>session</c>, <c>agent</c> and <c>tenant</c>, the first one unless a call says otherwise.</summary>
    public IReadOnlyList<string> Memory { get; init; } = [];

    /// <summary>The full path of its policy file; <see langword="null"/> for the host's policy.</summary>
    public string? Policy { get; init; }

    /// <summary>Where its runs end.</summary>
    public AgentLimits Limits { get; init; } = new();

    /// <summary>What the citations of its answers must be like; <see langword="null"/> when its file does not say, which is <see cref="GroundingRules"/> as they are by default.</summary>
    public GroundingRules? Grounding { get; init; }

    /// <summary>The file it was read from.</summary>
    public required string SourcePath { get; init; }

    /// <summary>Where the names stand in the file, for messages.</summary>
    internal AgentPlaces Places { get; init; } = AgentPlaces.None;

    /// <summary>Whether it may use a tool.</summary>
    /// <param name="qualifiedName">For example <c>customer-support/get_order</c>.</param>
    public bool UsesTool(string qualifiedName) => Tools.Any(pattern => NamePattern.IsMatch(pattern, qualifiedName));

    /// <summary>Whether it may search a retriever.</summary>
    /// <param name="qualifiedName">For example <c>customer-support/help-center</c>.</param>
    public bool UsesRetriever(string qualifiedName) => Retrievers.Any(pattern => NamePattern.IsMatch(pattern, qualifiedName));
}
