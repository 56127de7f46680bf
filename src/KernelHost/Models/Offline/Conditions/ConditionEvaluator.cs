using System.Text.Json;
using KernelHost.Models.Offline.Answers;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Conditions;

/// <summary>
/// Decides a condition by the names and values of the fields in results: a flag of that name, a status of that value, a number compared.
/// What the fields do not say is unknown, and on the unknown nothing is done.
/// </summary>
internal static class ConditionEvaluator
{
    private const int LongestStatus = 60;

    public static Verdict Evaluate(Condition condition, IReadOnlyCollection<PastCall> calls)
    {
        var facts = calls.Where(static call => call.Outcome == Outcome.Done).SelectMany(static call => call.Facts).ToList();
        var words = condition.Span.Tokens.ToList();
        var verdict = facts.Count == 0 || words.Count == 0 ? Verdict.Unknown : Alternatives(words, facts, Titles(calls));
        return condition.Negated ? verdict.Negate() : verdict;
    }

    // "late or damaged", "late and not delivered": each part is decided by itself.
    private static Verdict Alternatives(List<Token> words, List<Fact> facts, HashSet<string> entities)
    {
        foreach (var connective in (ReadOnlySpan<string>)["or", "and"])
        {
            var at = words.FindIndex(1, Math.Max(0, words.Count - 2), token => token.Is(connective));
            if (at > 0 && !(at + 1 < words.Count && words[at + 1].Lower is "more" or "less" or "fewer" or "over" or "above"))
            {
                var left = Alternatives(words[..at], facts, entities);
                var right = Alternatives(words[(at + 1)..], facts, entities);
                return connective == "or" ? left.Or(right) : left.And(right);
            }
        }

        return Part(words, facts, entities);
    }

    private static Verdict Part(List<Token> words, List<Fact> facts, HashSet<string> entities)
    {
        var negated = words.Exists(static token => Lexicon.IsNegation(token.Lower));
        var comparison = Comparison.Read(words);
        var subject = words.Where(token => token.IsContent && !Lexicon.IsNegation(token.Lower) && !(comparison is not null && Comparison.IsOwnWord(token.Lower))).ToList();

        // "the order", "in Paris": what the result is about names no field, unless nothing else is said.
        var telling = subject.Where(token => !entities.Contains(token.Stem)).ToList();
        telling = telling.Count > 0 ? telling : subject;
        if (telling.Count == 0)
        {
            return Verdict.Unknown;
        }

        var verdict = comparison is not null ? Compare(comparison, telling, facts) : Named(telling, facts);
        return negated ? verdict.Negate() : verdict;
    }

    private static Verdict Compare(Comparison comparison, List<Token> subject, List<Fact> facts)
    {
        (Fact Fact, decimal Number)? best = null;
        double bestScore = 0;
        var stems = subject.ConvertAll(static token => token.Stem);
        foreach (var fact in facts)
        {
            if (fact.InList || Number(fact, comparison.IsDate) is not { } number)
            {
                continue;
            }

            var hits = fact.Stems.Count(stem => stems.Exists(word => Meaning.Same(word, stem)));
            var score = hits == 0 ? 0 : ((double)hits / fact.Stems.Count) + hits - (fact.Depth * 0.01);
            if (score > bestScore)
            {
                (best, bestScore) = ((fact, number), score);
            }
        }

        return best is { } found ? Verdict.Of(comparison.Holds(found.Number), Evidence(found.Fact)) : Verdict.Unknown;
    }

    private static decimal? Number(Fact fact, bool date) => date
        ? fact.Value.ValueKind == JsonValueKind.String ? Comparison.Days(fact.Text) : null
        : fact.Value.ValueKind switch
        {
            JsonValueKind.Number => fact.Value.TryGetDecimal(out var number) ? number : null,
            JsonValueKind.Array => fact.Value.GetArrayLength(),
            _ => null,
        };

    private static Verdict Named(List<Token> words, List<Fact> facts)
    {
        var stems = words.ConvertAll(static token => token.Stem);
        return Agreed(facts.Select(fact => Flag(fact, stems))) ?? Agreed(facts.Select(fact => Status(fact, stems)))
            ?? Agreed(facts.Select(fact => FieldEquals(fact, words))) ?? Agreed(facts.Select(fact => Amount(fact, stems))) ?? Verdict.Unknown;
    }

    // Several fields that say the opposite of each other say nothing.
    private static Verdict? Agreed(IEnumerable<Verdict?> verdicts)
    {
        Verdict? agreed = null;
        foreach (var verdict in verdicts)
        {
            if (verdict is null)
            {
                continue;
            }

            if (agreed is not null && agreed.Truth != verdict.Truth)
            {
                return Verdict.Unknown;
            }

            agreed ??= verdict;
        }

        return agreed;
    }

    // late, isLate, notDelivered: a boolean whose name is said.
    private static Verdict? Flag(Fact fact, List<string> stems)
    {
        if (fact.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) || fact.InList)
        {
            return null;
        }

        var name = fact.Stems.FindAll(static stem => stem is not ("is" or "was" or "has" or "can" or "been" or "are" or "not" or "flag"));
        if (name.Count == 0 || !name.TrueForAll(part => stems.Exists(word => Meaning.Same(word, part))))
        {
            // "on time" against a flag named late.
            return name.Count == 1 && stems.Exists(word => Meaning.Opposite(word, name[0])) ? Verdict.Of(fact.Value.ValueKind == JsonValueKind.False, Evidence(fact)) : null;
        }

        var holds = fact.Value.ValueKind == JsonValueKind.True;
        return Verdict.Of(holds != fact.Stems.Contains("not"), Evidence(fact));
    }

    // status: "delivered" says so; another state of a life cycle says no.
    private static Verdict? Status(Fact fact, List<string> stems)
    {
        if (fact.Value.ValueKind != JsonValueKind.String || fact.InList || fact.Text.Length > LongestStatus)
        {
            return null;
        }

        var value = Names.Stems(fact.Text);
        if (value.Count is 0 or > 8)
        {
            return null;
        }

        if (stems.TrueForAll(word => value.Exists(part => Meaning.Same(word, part)) || fact.Stems.Contains(word)) && stems.Exists(word => value.Exists(part => Meaning.Same(word, part))))
        {
            return Verdict.Of(!(value.Contains("not") || value.Contains("no")), Evidence(fact));
        }

        var isStatus = fact.Stems.Exists(static stem => stem is "status" or "stat" or "stag" or "phas");
        return isStatus && stems.Exists(Meaning.IsState) && value.Exists(Meaning.IsState) ? Verdict.Of(false, Evidence(fact)) : null;
    }

    // "the carrier is DHL": a field of that name with that value, or with another one.
    private static Verdict? FieldEquals(Fact fact, List<Token> words)
    {
        if (fact.InList || fact.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null))
        {
            return null;
        }

        var rest = words.FindAll(word => !fact.Stems.Contains(word.Stem));
        if (rest.Count == words.Count || fact.Stems.Exists(stem => !words.Exists(word => word.Stem == stem)))
        {
            return null;
        }

        if (rest.Count == 0)
        {
            // "if it has a tracking number"
            return fact.Value.ValueKind == JsonValueKind.Number ? null : Verdict.Of(fact.Value.ValueKind == JsonValueKind.String && fact.Text.Length > 0, Evidence(fact));
        }

        var value = Names.Stems(fact.Text.Length > LongestStatus ? fact.Text[..LongestStatus] : fact.Text);
        return Verdict.Of(rest.TrueForAll(word => value.Contains(word.Stem)), Evidence(fact));
    }

    // stock: 12, items: [..], daysLate: 0: there is some, or there is none.
    private static Verdict? Amount(Fact fact, List<string> stems)
    {
        if (fact.InList || fact.Value.ValueKind is not (JsonValueKind.Number or JsonValueKind.Array) || !fact.Stems.Exists(stem => stems.Exists(word => Meaning.Same(word, stem))))
        {
            return null;
        }

        return Number(fact, date: false) is { } number ? Verdict.Of(number > 0, Evidence(fact)) : null;
    }

    private static string Evidence(Fact fact) => $"{Names.Words(fact.Name)}: {ValueText.Of(fact.Value, 60)}";

    private static HashSet<string> Titles(IEnumerable<PastCall> calls) =>
        calls.SelectMany(static call => call.Arguments.Values.Where(static value => value.ValueKind == JsonValueKind.String && value.GetString()!.Length <= LongestStatus)
            .SelectMany(static value => Names.Stems(value.GetString()!)).Concat(Names.Stems(call.Name))).ToHashSet(StringComparer.Ordinal);
}
