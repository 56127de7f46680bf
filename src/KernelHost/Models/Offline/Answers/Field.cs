using System.Text.Json;
using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Answers;

/// <summary>One field of a result as an answer shows it.</summary>
/// <param name="Path">The names from the top of the result.</param>
/// <param name="Value">Its value.</param>
/// <param name="Unit">A currency that stands beside it in the same object.</param>
internal sealed record Field(string[] Path, JsonElement Value, string Unit)
{
    private List<string>? _parts;

    public string Name => Path[^1];

    public List<string> Parts => _parts ??= Names.Split(Name);

    public bool IsList => Value.ValueKind == JsonValueKind.Array;

    public bool IsIdentity => Value.ValueKind is JsonValueKind.String or JsonValueKind.Number && Parts.Count <= 2 && Parts[^1] is "id" or "number" or "key" or "code";

    public bool IsName => Value.ValueKind == JsonValueKind.String && Parts[^1] is "name" or "title" or "subject";

    public bool IsStatus => Value.ValueKind == JsonValueKind.String && Parts[^1] is "status" or "state" or "stage" or "phase";

    /// <summary>A status or a flag that can stand after "is": "in transit", "late", "not paid".</summary>
    public bool IsPredicate => Path.Length == 1 && ((IsStatus && Text.Length <= 30) || (IsFlag && (Parts.Count == 1 || Parts is ["is", _])));

    public string Predicate => IsStatus ? Text : (Value.ValueKind == JsonValueKind.True ? "" : "not ") + Parts[^1];

    public string Text => ValueText.Of(Value) + (IsMoney && Unit.Length > 0 ? " " + Unit : "");

    public string Label => Path.Length > 1 && Parts is ["id" or "name" or "status" or "date" or "number" or "type"] ? Names.Words(Path[^2]) + " " + Names.Words(Name) : Names.Words(Name);

    public string Labelled => $"{Label}: {Text}";

    /// <summary>How much a field usually matters: nought is not shown unless the request speaks of it.</summary>
    public int Weight
    {
        get
        {
            if (Value.ValueKind == JsonValueKind.Null || (IsList && Value.GetArrayLength() == 0))
            {
                return 0;
            }

            var last = Parts[^1];
            var weight = IsStatus ? 4
                : IsFlag ? 2
                : Parts.Exists(static part => part is "date" or "at" or "on" or "due" or "delivery" or "eta" or "time" or "deadline" or "start" or "end") ? 3
                : IsMoney ? 3
                : last is "name" or "title" or "subject" or "carrier" or "tracking" or "summary" or "url" or "email" or "temperature" or "result" or "answer" or "message" ? 2
                : Value.ValueKind == JsonValueKind.Number ? 2
                : last is "id" or "number" ? 1
                : Value.ValueKind == JsonValueKind.String && Value.GetString()!.Length > 200 ? 0 : 1;
            return Math.Max(weight - Math.Max(0, Path.Length - 2), weight > 0 ? 1 : 0);
        }
    }

    private bool IsFlag => Value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    private bool IsMoney => Value.ValueKind is JsonValueKind.Number && Parts.Exists(static part => part is
        "total" or "amount" or "cost" or "price" or "fee" or "balance" or "paid" or "refunded" or "sum" or "subtotal" or "tax" or "discount");

    /// <summary>Whether its name, a name above it or its value has a word of the request.</summary>
    public bool Matches(HashSet<string> words) =>
        Path.Any(name => Names.Stems(name).Exists(stem => words.Contains(stem) && !Lexicon.IsIdWord(stem))) || (Value.ValueKind == JsonValueKind.String && Value.GetString()!.Length <= 40
            && Names.Stems(Value.GetString()!).Exists(words.Contains));
}

/// <summary>Flattens an object into fields, keeping lists whole.</summary>
internal static class Fields
{
    private const int MostFields = 80;
    private const int Deepest = 4;

    public static List<Field> Read(JsonElement value)
    {
        var fields = new List<Field>();
        Add(value, [], fields);
        return fields;
    }

    private static void Add(JsonElement value, string[] path, List<Field> fields)
    {
        var currency = Currency(value);
        foreach (var member in value.EnumerateObject())
        {
            if (fields.Count >= MostFields || Names.Split(member.Name).Count == 0 || (currency.Length > 0 && member.Name.Equals("currency", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            string[] inner = [.. path, member.Name];
            if (member.Value.ValueKind == JsonValueKind.Object && path.Length < Deepest)
            {
                Add(member.Value, inner, fields);
            }
            else
            {
                fields.Add(new Field(inner, member.Value, currency));
            }
        }
    }

    private static string Currency(JsonElement value)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (member.Name.Equals("currency", StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString()!.Length <= 4)
            {
                return member.Value.GetString()!;
            }
        }

        return "";
    }
}
