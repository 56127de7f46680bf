using KernelHost.Catalog;

namespace KernelHost.Policy;

/// <summary>A policy checked against a catalog. A pure function from a call to a decision.</summary>
/// <remarks>
/// Immutable and safe for concurrent use. Of all rules that match a call the strictest decides (deny over ask over allow; of two
/// that ask, the one that asks more of people; of equals the first in the file); the defaults hold only for a call that no rule matches.
/// A call with an effect whose control arguments were filled from untrusted content gets no answer that is weaker than <c>defaults: untrusted</c>,
/// unless a rule speaks of them.
/// </remarks>
public sealed class BoundPolicy
{
    private readonly Dictionary<Tool, Entry> _entries;
    private readonly Verdict _untrusted;

    internal BoundPolicy(PolicyDocument document, IReadOnlyCollection<Tool> tools)
    {
        Version = document.Version;
        Source = document.Source;
        _untrusted = document.Defaults.Untrusted;
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
    /// <param name="untrusted">The control arguments that were filled from untrusted content; <see langword="null"/> for none. Needed only where <see cref="AsksForUntrusted"/>.</param>
    /// <returns>Without <paramref name="untrusted"/> a shared instance; when no rule on the tool has conditions, nothing is allocated or compared.</returns>
    public Decision Decide(Tool tool, IDictionary<string, object?>? arguments, string agent, string principal, IReadOnlyList<UntrustedValue>? untrusted = null)
    {
        ArgumentNullException.ThrowIfNull(tool);
        if (!_entries.TryGetValue(tool, out var entry))
        {
            return PolicyDefaults.Undeclared;
        }

        Decision? allowed = null;
        foreach (var rule in entry.Rules)
        {
            if (!rule.Matches(arguments, agent, principal, untrusted))
            {
                continue;
            }

            if (untrusted is null)
            {
                return rule.Decision;
            }

            if (rule.Verdict != Verdict.Allow)
            {
                return rule.Untrusted.IsCondition ? Told(rule.Decision, untrusted) : Guard(entry, rule.Decision, untrusted);
            }

            if (rule.Untrusted.Endorse(untrusted))
            {
                return rule.Decision with { Untrusted = untrusted };
            }

            // Another rule that allows it too may speak of these arguments.
            allowed ??= rule.Decision;
        }

        return untrusted is null ? entry.Otherwise : Guard(entry, allowed ?? entry.Otherwise, untrusted);
    }

    /// <summary>Whether it makes a difference to a call of the tool if a control argument was filled from untrusted content.</summary>
    /// <param name="tool">As for <see cref="Decide"/>.</param>
    public bool AsksForUntrusted(Tool tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return _entries.TryGetValue(tool, out var entry) && entry.AsksForUntrusted;
    }

    private Decision Guard(Entry entry, Decision decision, IReadOnlyList<UntrustedValue> untrusted) =>
        !entry.IsGuarded || decision.Verdict >= _untrusted ? Told(decision, untrusted)
        : new Decision(_untrusted, "default:untrusted", UntrustedValue.Describe(untrusted)) { Untrusted = untrusted };

    // People are told why they should look closely; a denial needs no more reasons.
    private static Decision Told(Decision decision, IReadOnlyList<UntrustedValue> untrusted) => decision.Verdict != Verdict.Ask ? decision : decision with
    {
        Reason = $"{decision.Reason} {UntrustedValue.Describe(untrusted)}",
        Untrusted = untrusted,
    };

    // Rules are ordered so that the first match is the answer. The first unconditional one ends the list and becomes the answer of last resort.
    // Rules that allow are all kept: with untrusted arguments it matters which of them endorses these.
    private readonly record struct Entry(PolicyRule[] Rules, Decision Otherwise, bool IsGuarded, bool AsksForUntrusted)
    {
        public static Entry For(Tool tool, PolicyDocument document)
        {
            var rules = document.Rules.Where(rule => rule.Selects(tool)).OrderByDescending(rule => rule.Verdict).ThenByDescending(rule => rule.Demand).ToList();
            var guarded = document.Defaults.Untrusted != Verdict.Allow && tool.Agent is null && (tool.Effect != ToolEffect.Read || tool.Egress);
            var asks = guarded || rules.Exists(static rule => rule.Untrusted.IsCondition);
            var end = rules.FindIndex(rule => rule.IsUnconditional && (rule.Verdict != Verdict.Allow || !asks));
            return end < 0
                ? new Entry([.. rules], document.Defaults.For(tool), guarded, asks)
                : new Entry([.. rules.Take(end)], rules[end].Decision, guarded, asks);
        }
    }
}
