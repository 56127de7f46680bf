using System.Globalization;
using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>Reads <c>grounding:</c> of an agent file.</summary>
internal static class GroundingReader
{
    private const int LongestNotFound = 1000;

    private static readonly Dictionary<string, CitationUse> Uses = new(StringComparer.Ordinal)
    {
        ["off"] = CitationUse.Off,
        ["optional"] = CitationUse.Optional,
        ["required"] = CitationUse.Required,
    };

    private static readonly Dictionary<string, FalseCitation> FalseOnes = new(StringComparer.Ordinal)
    {
        ["strip"] = FalseCitation.Strip,
        ["refuse"] = FalseCitation.Refuse,
    };

    private static readonly Dictionary<string, UncitedStatement> UncitedOnes = new(StringComparer.Ordinal)
    {
        ["flag"] = UncitedStatement.Flag,
        ["strip"] = UncitedStatement.Strip,
        ["refuse"] = UncitedStatement.Refuse,
    };

    /// <summary>The rules, or <see langword="null"/> when the file has none.</summary>
    public static GroundingRules? Read(YamlMap? map, SourceErrors errors)
    {
        if (map is null)
        {
            return null;
        }

        var standard = new GroundingRules();
        var fields = new YamlFields(map, "'grounding'", errors);
        var citations = fields.OneOf("citations", fields.Require("citations", "required"), Uses);
        var rules = new GroundingRules
        {
            Citations = citations ?? standard.Citations,
            OnFalse = fields.OneOf("onFalse", fields.Take("onFalse"), FalseOnes) ?? standard.OnFalse,
            OnUncited = fields.OneOf("onUncited", fields.Take("onUncited"), UncitedOnes) ?? standard.OnUncited,
            MinimumSupport = ReadSupport(fields) ?? standard.MinimumSupport,
            NotFound = ReadNotFound(fields),
        };
        RefuseIdle(map, citations, errors);
        fields.Done();
        return rules;
    }

    private static double? ReadSupport(YamlFields fields)
    {
        if (fields.Take("minimumSupport") is not { } value)
        {
            return null;
        }

        if (value is YamlScalar { Kind: YamlKind.Number } scalar && double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture) is >= 0 and <= 1 and var share)
        {
            return share;
        }

        fields.Mismatch("minimumSupport", value, "a number from 0 to 1");
        return null;
    }

    private static string? ReadNotFound(YamlFields fields)
    {
        if (fields.Text("notFound") is not { } text)
        {
            return null;
        }

        if (text.Text.Length > LongestNotFound)
        {
            fields.Mismatch("notFound", text, string.Create(CultureInfo.InvariantCulture, $"at most {LongestNotFound} characters"));
        }

        return text.Text.Trim();
    }

    // A setting that does nothing says that its author expected something else.
    private static void RefuseIdle(YamlMap map, CitationUse? citations, SourceErrors errors)
    {
        foreach (var key in map.Entries.Select(entry => entry.Key))
        {
            var isIdle = citations switch
            {
                CitationUse.Off => key.Text is "onFalse" or "onUncited" or "minimumSupport" or "notFound",
                CitationUse.Optional => key.Text is "onUncited",
                _ => false,
            };
            if (isIdle)
            {
                errors.Add(key, $"'{key.Text}' does nothing with 'citations: {(citations == CitationUse.Off ? "off" : "optional")}'. Remove it, or set 'citations: required'.");
            }
        }
    }
}
