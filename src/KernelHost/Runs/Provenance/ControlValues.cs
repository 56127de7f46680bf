using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs.State;
using KernelHost.Text;

namespace KernelHost.Runs.Provenance;

/// <summary>
/// Which control arguments of a call were filled from untrusted content. Once a model has read any, whatever it writes may be an attacker's: a
/// value is trusted only where trusted content holds it, exactly so. A pure function of the journal up to the reply that proposes the call.
/// </summary>
/// <remarks>
/// The other way round, looking for values in what is untrusted, is no protection: an attacker spells, encodes or sums up a number, and the model
/// undoes it. Here that look only names the source for people, and may miss.
/// </remarks>
internal static class ControlValues
{
    private const int LongestValue = 60;

    /// <param name="tool">The tool.</param>
    /// <param name="call">The call, with the arguments of the model.</param>
    /// <param name="seen">What the models of the session have read.</param>
    /// <returns><see langword="null"/> when there are none.</returns>
    public static IReadOnlyList<UntrustedValue>? FindUntrusted(Tool tool, CallState call, IReadOnlyList<SeenContent> seen)
    {
        // Arguments that a person changed are that person's, who saw all of them.
        if (call.Integrity != Integrity.Untrusted || call.Edited is not null || call.Call.Arguments is not { Count: > 0 } arguments)
        {
            return null;
        }

        List<UntrustedValue>? found = null;
        var read = new ReadContent(seen, call.Seen);
        foreach (var (name, value) in arguments)
        {
            if (tool.Roles.GetValueOrDefault(name, ArgumentRole.Control) == ArgumentRole.Control && FindUntrusted(tool, name, value, read) is { } leaf)
            {
                (found ??= []).Add(new UntrustedValue(name, Show(leaf.Text), read.SourceOf(leaf)));
            }
        }

        return found;
    }

    private static Leaf? FindUntrusted(Tool tool, string name, object? value, ReadContent read)
    {
        HashSet<string>? names = null;
        return JsonLeaves.First(value, leaf => !read.Vouches(leaf, IsMember(tool, name, leaf.Text)), member => (names ??= DeclaredNames(tool.Parameters)).Contains(member));
    }

    // Of a closed set nothing can be smuggled in by upper and lower case, and people begin sentences with words of it.
    private static bool IsMember(Tool tool, string name, string text) =>
        ToolParameters.TryGet(tool, name, out var schema) && schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("enum", out var members) && members.ValueKind == JsonValueKind.Array
        && members.EnumerateArray().Any(member => member.ValueKind == JsonValueKind.String && member.ValueEquals(text));

    // At whatever depth: a name that the tool's schema does not know is the model's own.
    private static HashSet<string> DeclaredNames(JsonElement schema)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        Collect(schema);
        return names;

        void Collect(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item);
                }
            }
            else if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in element.EnumerateObject())
                {
                    if (member is { Name: "properties", Value.ValueKind: JsonValueKind.Object })
                    {
                        names.UnionWith(member.Value.EnumerateObject().Select(static property => property.Name));
                    }

                    Collect(member.Value);
                }
            }
        }
    }

    private static string Show(string text) => text.Length == 0 ? "empty text" : VisibleText.Escape(text.Length <= LongestValue ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[LongestValue - 1]) ? LongestValue - 1 : LongestValue)}…");
}
