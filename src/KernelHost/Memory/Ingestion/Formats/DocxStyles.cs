using System.Globalization;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Which styles of a Word document are headings, and of which level.</summary>
internal sealed class DocxStyles
{
    // The style's name is English in every language of Word, its id is not.
    private const string HeadingName = "heading ";

    private readonly Dictionary<string, int> _levels = new(StringComparer.Ordinal);

    /// <summary>The level of a style; 0 when it is no heading.</summary>
    public int LevelOf(string? style) => style is null ? 0 : _levels.GetValueOrDefault(style);

    public static DocxStyles Read(StyleDefinitionsPart? part, DocumentInput input)
    {
        var styles = new DocxStyles();
        if (part is null)
        {
            return styles;
        }

        using var reader = DocxFormat.Open(part, input);
        string? id = null;
        while (reader.Read())
        {
            input.CancellationToken.ThrowIfCancellationRequested();
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            switch (reader.LocalName)
            {
                case "style":
                    id = DocxBody.Attribute(reader, "styleId");
                    break;
                case "name" when id is not null && DocxBody.Attribute(reader, "val") is { } name:
                    styles.Add(id, name);
                    break;
                case "outlineLvl" when id is not null && DocxBody.OutlineLevel(reader) is > 0 and var level:
                    styles._levels.TryAdd(id, level);
                    break;
            }
        }

        return styles;
    }

    private void Add(string id, string name)
    {
        if (name.Equals("title", StringComparison.OrdinalIgnoreCase))
        {
            _levels[id] = 1;
        }
        else if (name.StartsWith(HeadingName, StringComparison.OrdinalIgnoreCase)
            && int.TryParse(name.AsSpan(HeadingName.Length), CultureInfo.InvariantCulture, out var level) && level is >= 1 and <= 9)
        {
            _levels[id] = level;
        }
    }
}
