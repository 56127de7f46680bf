using System.Globalization;
using System.Text.Json;
using KernelHost.Policy;

namespace KernelHost.Runs.Provenance;

/// <summary>A value that holds no others, as text; what is a number also as one.</summary>
/// <param name="Text">The text of a string, the JSON of anything else.</param>
/// <param name="Number">Its value, if it is a number that can be compared exactly.</param>
internal readonly record struct Leaf(string Text, decimal? Number);

/// <summary>Goes through the values of anything that a model or a tool delivers.</summary>
internal static class JsonLeaves
{
    /// <summary>The first value for which the test holds.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="test">The test.</param>
    /// <param name="isKnownName">Which names of members say nothing of their own; any other is a value too. <see langword="null"/> leaves names out.</param>
    public static Leaf? First(object? value, Func<Leaf, bool> test, Func<string, bool>? isKnownName = null) => value switch
    {
        null => null,
        JsonElement element => First(element, test, isKnownName),
        string text => Try(new Leaf(text, null), test),
        int number => Try(Of(number), test),
        long number => Try(Of(number), test),
        decimal number => Try(Of(number), test),
        _ => ArgumentJson.TryToElement(value, out var element) ? First(element, test, isKnownName) : Try(new Leaf("", null), test),
    };

    private static Leaf? First(JsonElement element, Func<Leaf, bool> test, Func<string, bool>? isKnownName)
    {
        var (found, empty) = ((Leaf?)null, true);
        switch (element.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    empty = false;
                    found = isKnownName is null || isKnownName(member.Name) ? null : Try(new Leaf(member.Name, null), test);
                    if ((found ??= First(member.Value, test, isKnownName)) is not null)
                    {
                        return found;
                    }
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    empty = false;
                    if ((found = First(item, test, isKnownName)) is not null)
                    {
                        return found;
                    }
                }

                break;
            case JsonValueKind.String:
                return Try(new Leaf(ArgumentJson.TextOrNull(element) ?? "", null), test);
            default:
                return Try(new Leaf(element.GetRawText(), element.ValueKind == JsonValueKind.Number && element.TryGetDecimal(out var number) ? number : null), test);
        }

        // An empty list is a choice too: it may mean everything.
        return empty ? Try(new Leaf(element.ValueKind == JsonValueKind.Array ? "[]" : "{}", null), test) : null;
    }

    private static Leaf Of(decimal number) => new(number.ToString(CultureInfo.InvariantCulture), number);

    private static Leaf? Try(Leaf leaf, Func<Leaf, bool> test) => test(leaf) ? leaf : null;
}
