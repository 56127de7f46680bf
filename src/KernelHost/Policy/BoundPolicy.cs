using KernelHost.Catalog;

namespace KernelHost.Policy;

/// <summary>A policy checked against a catalog. A pure function from a call to a decision.</summary>
/// <remarks>
/// Immutable and safe for concurrent use. Of all rules that match a call the strictest decides (deny over ask over allow; of two
/// that ask, the one that asks more of people; of equals the first in the file); the defaults hold only for a call that no rule matches.
/// </remarks>
public sealed class BoundPolicy
{
    private readonly Dictionary<Tool, Entry> _entries;

    internal BoundPolicy(PolicyDocument document, IReadOnlyCollection<Tool> tools)
    {
        Version = document.Version;
        Source = document.Source;
        _entries = new Dictionary<Tool, Entry>(tools.Count, ReferenceEqualityComparer.Instance);
        foreach (var tool in tools)
        {
            _entries[tool] = Entry.For(tool, document);
        }
    }

    /// <summary>The version of the document; part of every <see cref="ActionDigest"/>.</summary>
    public string Version { get; }

    /// <summary>The path or name the document was read from.</summary>
    public string Source { get; }

    /// <summary>Decides a call. Never throws for anything a model can deliver.</summary>
    /// <param name="tool">The very instance given to <see cref="PolicyDocument.Bind"/>: another artifact of the same name is another tool.</param>
    /// <param name="arguments">What the model delivered.</param>
    /// <param name="agent">The agent on whose turn the call was proposed.</param>
    /// <param name="principal">On whose behalf it works.</param>
    /// <returns>A shared instance; when no rule on the tool has conditions, nothing is allocated or compared.</returns>
    public Decision Decide(Tool tool, IDictionary<string, object?>? arguments, string agent, string principal)
    {
        ArgumentNullException.ThrowIfNull(tool);
        if (!_entries.TryGetValue(tool, out var entry))
        {
            return PolicyDefaults.Undeclared;
        }

        foreach (var rule in entry.Rules)
        {
            if (rule.Matches(arguments, agent, principal))
            {
                return rule.Decision;
            }
        }

        return entry.Otherwise;
    }

    // Rules are ordered so that the first match is the answer. The first unconditional one ends the list and becomes the answer of last resort.
    private readonly record struct Entry(PolicyRule[] Rules, Decision Otherwise)
    {
        public static Entry For(Tool tool, PolicyDocument document)
        {
            var rules = document.Rules.Where(rule => rule.Selects(tool)).OrderByDescending(rule => rule.Verdict).ThenByDescending(rule => rule.Demand).ToList();
            var end = rules.FindIndex(rule => rule.IsUnconditional);
            return end < 0
                ? new Entry([.. rules], document.Defaults.For(tool))
                : new Entry([.. rules.Take(end)], rules[end].Decision);
        }
    }
}
