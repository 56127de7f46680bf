using System.Text;
using System.Text.Json;
using KernelHost.Text;

namespace KernelHost.Runs.Provenance;

/// <summary>What a model had read when it proposed a call: what vouches for a value, and where a value that nothing vouches for comes from.</summary>
/// <param name="seen">What the models of the session have read.</param>
/// <param name="count">How much of it was there when the call was proposed.</param>
internal sealed class ReadContent(IReadOnlyList<SeenContent> seen, int count)
{
    private const int MostNamed = 3;

    // Shorter pieces are found everywhere, and would name a source that has nothing to do with it.
    private const int ShortestPiece = 4;

    private IEnumerable<SeenContent> Untrusted => seen.Take(count).Where(static content => content.Integrity == Integrity.Untrusted);

    /// <summary>Whether something that is not untrusted holds the value.</summary>
    /// <param name="leaf">The value.</param>
    /// <param name="isMember">Whether it is one of a closed set that the tool declares.</param>
    public bool Vouches(Leaf leaf, bool isMember)
    {
        for (var i = 0; i < Math.Min(count, seen.Count); i++)
        {
            if (seen[i].Integrity != Integrity.Untrusted && Holds(seen[i].Value, leaf, isMember ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether every value in the arguments is vouched for: a tool may give back what it was given, and would launder it.</summary>
    public bool VouchesForAll(IDictionary<string, object?>? arguments) => arguments is null
        || arguments.Values.All(value => JsonLeaves.First(value, leaf => !Vouches(leaf, isMember: false), static _ => false) is null);

    /// <summary>Where the value comes from, in words that follow a colon.</summary>
    public string SourceOf(Leaf leaf)
    {
        foreach (Func<object?, bool> test in new Func<object?, bool>[] { value => Holds(value, leaf, StringComparison.OrdinalIgnoreCase), value => HoldsPiece(value, leaf) })
        {
            foreach (var content in Untrusted)
            {
                if (test(content.Value))
                {
                    return $"it stands in {Describe(content, test)}";
                }
            }
        }

        var names = Untrusted.Select(static content => Describe(content, null)).Distinct().Reverse().Take(MostNamed).ToList();
        return names.Count == 0
            ? "no trusted content holds it"
            : $"no trusted content holds it, and the model had read {string.Join(", ", names)}";
    }

    private static bool Holds(object? content, Leaf leaf, StringComparison comparison) => JsonLeaves.First(content, held =>
        (leaf.Number is { } number && (held.Number is { } other ? other == number : TrustedWords.Hold(held.Text, number)))
        || string.Equals(held.Text, leaf.Text, comparison)
        || TrustedWords.Hold(held.Text, leaf.Text, comparison)) is not null;

    private static bool HoldsPiece(object? content, Leaf leaf)
    {
        var piece = Fold(leaf.Text);
        return piece.Length >= ShortestPiece && JsonLeaves.First(content, held => Fold(held.Text).Contains(piece, StringComparison.Ordinal)) is not null;
    }

    // As a reader who is careless about it would see it: without case, width, and anything between letters and digits.
    private static string Fold(string text)
    {
        if (!VisibleText.IsWellFormed(text))
        {
            return "";
        }

        var folded = new StringBuilder(text.Length);
        foreach (var character in text.Normalize(NormalizationForm.FormKC))
        {
            if (char.IsLetterOrDigit(character))
            {
                folded.Append(char.ToUpperInvariant(character));
            }
        }

        return folded.ToString();
    }

    private static string Describe(SeenContent content, Func<object?, bool>? test) => content.Origin == SeenOrigin.Words
        ? "what the agent was asked by another, which had read untrusted content"
        : $"{Passage(content.Value, test)}the result of {VisibleText.Escape(content.Tool)} (call {content.CallId})";

    // Of a search, the passage that holds it.
    private static string Passage(object? result, Func<object?, bool>? test)
    {
        if (test is null || result is not JsonElement { ValueKind: JsonValueKind.Object } element
            || !element.TryGetProperty("passages", out var passages) || passages.ValueKind != JsonValueKind.Array)
        {
            return "";
        }

        foreach (var passage in passages.EnumerateArray())
        {
            if (passage.ValueKind == JsonValueKind.Object && passage.TryGetProperty("cite", out var cite) && passage.TryGetProperty("source", out var source) && test(passage))
            {
                return $"passage {VisibleText.Escape(cite.ToString())} ({VisibleText.Escape(source.ToString())}) of ";
            }
        }

        return "";
    }
}
