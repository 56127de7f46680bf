using System.Text.Json;
using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.History;

/// <summary>One field of a result: where it stands and what it says.</summary>
/// <param name="Path">The names from the top of the result: shipment, carrier.</param>
/// <param name="Value">The value: a scalar, or an array, whose length may matter.</param>
/// <param name="InList">It belongs to one of several items.</param>
/// <param name="Call">The call that gave it.</param>
internal sealed record Fact(string[] Path, JsonElement Value, bool InList, PastCall Call)
{
    private List<string>? _stems;

    public string Name => Path.Length == 0 ? "" : Path[^1];

    /// <summary>The stems of the field's own name.</summary>
    public List<string> Stems => _stems ??= Names.Stems(Name);

    public int Depth => Path.Length;

    public bool IsScalar => Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object);

    public string Text => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : Value.GetRawText();
}

/// <summary>Flattens a result into facts, within bounds that no result can exceed.</summary>
internal static class FactReader
{
    private const int MostFacts = 400;
    private const int Deepest = 6;

    public static List<Fact> Read(JsonElement result, PastCall call)
    {
        var facts = new List<Fact>();
        Add(result, [], inList: false, call, facts);
        return facts;
    }

    private static void Add(JsonElement value, string[] path, bool inList, PastCall call, List<Fact> facts)
    {
        if (facts.Count >= MostFacts || path.Length > Deepest)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Add(member.Value, [.. path, member.Name], inList, call, facts);
                }

                break;
            case JsonValueKind.Array:
                facts.Add(new Fact(path, value, inList, call));
                var several = inList || value.GetArrayLength() > 1;
                foreach (var item in value.EnumerateArray().Take(50))
                {
                    if (item.ValueKind == JsonValueKind.Object)
                    {
                        Add(item, path, several, call, facts);
                    }
                }

                break;
            case JsonValueKind.Undefined:
                break;
            default:
                facts.Add(new Fact(path, value, inList, call));
                break;
        }
    }
}
