using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>Checks values against compiled schemas.</summary>
internal static class SchemaCheck
{
    /// <summary>Longer numbers are not meant as numbers, and comparing them exactly would cost more than they are worth.</summary>
    public const int MaximumNumberLength = 100;

    private const string NotUnicode = "holds text that is not valid Unicode.";

    public static void Check(SchemaNode node, object? value, ref List<Fault>? faults)
    {
        var isPlain = value switch
        {
            JsonElement => false,
            null => node.Accepts(SchemaTypes.Null) && node.Enum is null,
            bool => node.Accepts(SchemaTypes.Flag) && node.Enum is null,
            string text => node.Accepts(SchemaTypes.Text) && node.Enum is null && !node.ChecksText && VisibleText.IsWellFormed(text),
            int or long => node.Accepts(SchemaTypes.Integer) && node.Enum is null && !node.ChecksRange,
            _ => false,
        };

        // Everything that is not plainly right takes the one path that knows all keywords.
        if (isPlain)
        {
            return;
        }

        switch (value)
        {
            case JsonElement element:
                Check(node, element, ref faults);
                break;
            case string text when !VisibleText.IsWellFormed(text):
                Fault.Add(ref faults, NotUnicode);
                break;
            case double number when double.IsInteger(number) && Math.Abs(number) < 1e15:
                // Code that holds a whole number in a double means the whole number.
                Check(node, JsonSerializer.SerializeToElement((long)number), ref faults);
                break;
            default:
                if (ArgumentJson.TryToElement(value, out var json))
                {
                    Check(node, json, ref faults);
                }
                else
                {
                    Fault.Add(ref faults, "cannot be written as JSON.");
                }

                break;
        }
    }

    private static void Check(SchemaNode node, JsonElement value, ref List<Fault>? faults)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                CheckNumber(node, value, ref faults);
                break;
            case JsonValueKind.String:
                CheckText(node, value, ref faults);
                break;
            case JsonValueKind.Array:
                CheckList(node, value, ref faults);
                break;
            case JsonValueKind.Object:
                CheckObject(node, value, ref faults);
                break;
            case JsonValueKind.Undefined:
                Fault.Add(ref faults, "has no value.");
                break;
            default:
                Accept(node, value.ValueKind == JsonValueKind.Null ? SchemaTypes.Null : SchemaTypes.Flag, value, ref faults);
                break;
        }
    }

    private static bool Accept(SchemaNode node, SchemaTypes type, JsonElement value, ref List<Fault>? faults)
    {
        if (!node.Accepts(type))
        {
            var cure = type == SchemaTypes.Null ? " Leave it out instead." : "";
            Fault.Add(ref faults, $"must be {node.TypeNames}, but is {Describe(value)}.{cure}");
            return false;
        }

        if (node.Enum is null)
        {
            return true;
        }

        foreach (var member in node.Enum)
        {
            if (JsonElement.DeepEquals(member, value))
            {
                return true;
            }
        }

        var members = node.Enum.Select(member => member.ValueKind == JsonValueKind.String ? $"'{member.GetString()}'" : member.GetRawText());
        Fault.Add(ref faults, $"must be {string.Join(" or ", members)}, but is {Describe(value)}.");
        return false;
    }

    private static void CheckNumber(SchemaNode node, JsonElement value, ref List<Fault>? faults)
    {
        // A number is whole by the way it is written: a tool's int parameter cannot be bound to 1042.0.
        var raw = JsonMarshal.GetRawUtf8Value(value);
        var isWhole = raw.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0;

        // Only an exponent makes so short a number too large.
        if (raw.Length > MaximumNumberLength || (!isWhole && !double.IsFinite(value.GetDouble())))
        {
            Fault.Add(ref faults, "is too large a number.");
        }
        else if (Accept(node, isWhole ? SchemaTypes.Integer : SchemaTypes.Fraction, value, ref faults) && node.ChecksRange)
        {
            CheckRange(node, value, ref faults);
        }
    }

    private static void CheckRange(SchemaNode node, JsonElement value, ref List<Fault>? faults)
    {
        var number = value.GetDouble();
        if (number < node.Minimum || (node.ExclusiveMinimum && number <= node.Minimum))
        {
            Refuse(ref faults, node.ExclusiveMinimum ? "more than" : "at least", node.Minimum, value);
        }

        if (number > node.Maximum || (node.ExclusiveMaximum && number >= node.Maximum))
        {
            Refuse(ref faults, node.ExclusiveMaximum ? "less than" : "at most", node.Maximum, value);
        }
    }

    private static void Refuse(ref List<Fault>? faults, string relation, double bound, JsonElement value) =>
        Fault.Add(ref faults, string.Create(CultureInfo.InvariantCulture, $"must be {relation} {bound}, but is {Describe(value)}."));

    private static void CheckText(SchemaNode node, JsonElement value, ref List<Fault>? faults)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (raw.Contains((byte)'\\') ? ArgumentJson.TextOrNull(value) is null : !Utf8.IsValid(raw))
        {
            Fault.Add(ref faults, NotUnicode);
            return;
        }

        if (!Accept(node, SchemaTypes.Text, value, ref faults) || !node.ChecksText)
        {
            return;
        }

        var text = value.GetString()!;
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            length++;
        }

        if (length < node.MinimumLength || length > node.MaximumLength)
        {
            Fault.Add(ref faults, $"must have {Range(node.MinimumLength, node.MaximumLength)} characters, but has {length}.");
        }
        else if (node.Pattern is { } pattern && !Matches(pattern, text))
        {
            Fault.Add(ref faults, $"must match the pattern '{pattern}', but is {Describe(value)}.");
        }
    }

    private static void CheckList(SchemaNode node, JsonElement value, ref List<Fault>? faults)
    {
        if (!Accept(node, SchemaTypes.List, value, ref faults))
        {
            return;
        }

        var count = value.GetArrayLength();
        if (count < node.MinimumItems || count > node.MaximumItems)
        {
            Fault.Add(ref faults, $"must have {Range(node.MinimumItems, node.MaximumItems)} items, but has {count}.");
        }

        // Items without a schema are walked too: text that is not Unicode hides at any depth.
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var start = faults?.Count ?? 0;
            Check(node.Items ?? SchemaNode.Anything, item, ref faults);
            if (faults?.Count > start)
            {
                Fault.Within(faults, start, $"[{index}]");
            }

            index++;
        }
    }

    private static void CheckObject(SchemaNode node, JsonElement value, ref List<Fault>? faults)
    {
        if (!Accept(node, SchemaTypes.Object, value, ref faults))
        {
            return;
        }

        var found = 0;
        foreach (var member in node.Members)
        {
            if (value.TryGetProperty(member.Name, out var child))
            {
                found++;
                CheckMember(member.Schema, member.Name, child, ref faults);
            }
            else if (member.IsRequired)
            {
                Fault.Add(ref faults, $"is missing ({member.Schema.TypeNames}).", $".{member.Name}");
            }
        }

        if (found < value.GetPropertyCount())
        {
            CheckOtherMembers(node, value, ref faults);
        }
    }

    private static void CheckOtherMembers(SchemaNode node, JsonElement value, ref List<Fault>? faults)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (!TryGetName(member, out var name))
            {
                Fault.Add(ref faults, "holds a member name that is not valid Unicode.");
            }
            else if (!names.Add(name))
            {
                // Two readers of such an object may see two different values.
                Fault.Add(ref faults, "stands twice in one object; keep one.", $".{name}");
            }
            else if (!node.Declares(name))
            {
                if (node.Additional is { } schema)
                {
                    CheckMember(schema, name, member.Value, ref faults);
                }
                else
                {
                    Fault.Add(ref faults, node.ExplainUnknown(name), $".{name}");
                }
            }
        }
    }

    private static void CheckMember(SchemaNode schema, string name, JsonElement value, ref List<Fault>? faults)
    {
        var start = faults?.Count ?? 0;
        Check(schema, value, ref faults);
        if (faults?.Count > start)
        {
            Fault.Within(faults, start, $".{name}");
        }
    }

    private static bool TryGetName(JsonProperty member, out string name)
    {
        try
        {
            name = member.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate, as in ArgumentJson.TextOrNull.
            name = "";
            return false;
        }
    }

    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string Range(int minimum, int maximum) => (minimum, maximum) switch
    {
        (_, int.MaxValue) => $"at least {minimum}",
        (0, _) => $"at most {maximum}",
        _ => $"from {minimum} to {maximum}",
    };

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => $"the text '{YamlScalar.Shorten(value.GetString()!)}'",
        _ => $"'{YamlScalar.Shorten(value.GetRawText())}'",
    };
}
