using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>The identity of one exact action. An approval holds for a digest and for nothing else.</summary>
public static class ActionDigest
{
    /// <summary>
    /// Lower-case hexadecimal SHA-256 over the canonical JSON of the artifact (plugin, version, content, tool, schema), the
    /// arguments, the principal and the version of the policy. The order of members and the spelling of a number do not matter;
    /// everything else does.
    /// </summary>
    /// <param name="tool">The artifact.</param>
    /// <param name="arguments">The arguments; <see langword="null"/> is the same as none.</param>
    /// <param name="principal">On whose behalf the action is done.</param>
    /// <param name="policyVersion">The <see cref="BoundPolicy.Version"/> under which it was decided.</param>
    /// <param name="terms">The terms under which it is asked; <see langword="null"/> for none, as questions of earlier versions have none.</param>
    /// <param name="integrity">How far what the model had read when it proposed the action may be trusted; <see langword="null"/> as with terms.</param>
    /// <exception cref="JsonException">
    /// Arguments that have no faithful form: a member twice in one object, text that is not valid Unicode, a number beyond reason.
    /// <see cref="ArgumentSchema.Check"/> refuses them all.
    /// </exception>
    public static string Compute(
        Tool tool, IDictionary<string, object?>? arguments, string principal, string policyVersion, ApprovalTerms? terms = null, Integrity? integrity = null)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(principal);
        ArgumentNullException.ThrowIfNull(policyVersion);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("plugin", tool.PluginId);
            writer.WriteString("pluginVersion", tool.PluginVersion);
            writer.WriteString("contentHash", tool.ContentHash);
            writer.WriteString("tool", tool.Name);
            writer.WriteString("schemaHash", tool.SchemaHash);
            writer.WriteString("principal", Faithful(principal));
            writer.WriteString("policyVersion", policyVersion);
            if (integrity is { } label)
            {
                writer.WriteString("integrity", label.ToString());
            }

            if (terms is not null)
            {
                writer.WritePropertyName("terms");
                JsonSerializer.Serialize(writer, terms, JsonSerializerOptions.Web);
            }

            writer.WriteStartObject("arguments");
            foreach (var (name, value) in arguments ?? new Dictionary<string, object?>())
            {
                writer.WritePropertyName(Faithful(name));
                Write(writer, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return CanonicalJson.Hash(document.RootElement);
    }

    /// <summary>A text that two values share exactly when an approval of the one is one of the other.</summary>
    /// <exception cref="JsonException">The value has no faithful form.</exception>
    internal static string Faithful(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, value);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return System.Text.Encoding.UTF8.GetString(CanonicalJson.GetBytes(document.RootElement));
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case JsonElement element:
                Write(writer, element);
                break;
            case string text:
                writer.WriteStringValue($"t{Faithful(text)}");
                break;
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            default:
                Write(writer, ArgumentJson.TryToElement(value, out var json) ? json : throw new JsonException($"A '{value.GetType()}' cannot be written as JSON."));
                break;
        }
    }

    // RFC 8785 knows numbers as doubles, in which 9007199254740993 is 9007199254740992. An approval of one must not hold for the other,
    // so numbers enter as text of their exact value, marked 'n', and texts are marked 't'.
    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(Name(member));
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteStringValue($"n{Exact(value.GetRawText())}");
                break;
            case JsonValueKind.String:
                writer.WriteStringValue($"t{ArgumentJson.TextOrNull(value) ?? throw NotUnicode()}");
                break;
            case JsonValueKind.Undefined:
                throw new JsonException("An argument has no value.");
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A member name is not valid Unicode.", exception);
        }
    }

    private static string Faithful(string text) => VisibleText.IsWellFormed(text) ? text : throw NotUnicode();

    private static JsonException NotUnicode() => new("A text is not valid Unicode.");

    /// <summary>A JSON number as digits and a power of ten, one text per value: <c>20</c>, <c>2e1</c> and <c>20.0</c> are <c>2e1</c>.</summary>
    private static string Exact(string number)
    {
        var mantissaEnd = number.AsSpan().IndexOfAny('e', 'E') is var index and >= 0 ? index : number.Length;
        var exponent = BigInteger.Zero;
        if (number.Length - mantissaEnd > SchemaCheck.MaximumNumberLength)
        {
            throw new JsonException($"'{YamlScalar.Shorten(number)}' is too large a number.");
        }

        if (mantissaEnd < number.Length && !BigInteger.TryParse(number.AsSpan(mantissaEnd + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            throw new JsonException($"'{YamlScalar.Shorten(number)}' is not a number.");
        }

        var negative = number[0] == '-';
        var mantissa = number[(negative ? 1 : 0)..mantissaEnd];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= mantissa.Length - point - 1;
            mantissa = mantissa.Remove(point, 1);
        }

        var digits = mantissa.TrimStart('0');
        var significant = digits.TrimEnd('0');
        exponent += digits.Length - significant.Length;
        return significant.Length == 0 ? "0" : $"{(negative ? "-" : "")}{significant}e{exponent.ToString(CultureInfo.InvariantCulture)}";
    }
}
