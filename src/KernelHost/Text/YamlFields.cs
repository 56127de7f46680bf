using System.Globalization;

namespace KernelHost.Text;

/// <summary>
/// Takes the fields of one mapping by name and type, reporting every mismatch with its place. After the last one,
/// <see cref="Done"/> reports the fields that nobody asked for.
/// </summary>
/// <param name="map">The mapping.</param>
/// <param name="owner">What it describes, for messages: "rule 'small-refunds'".</param>
/// <param name="errors">Where mismatches go.</param>
internal sealed class YamlFields(YamlMap map, string owner, SourceErrors errors)
{
    private readonly List<string> _known = [];

    public YamlMap Map { get; } = map;

    /// <summary>The value, or <see langword="null"/> when the field is absent.</summary>
    public YamlValue? Take(string name)
    {
        if (!_known.Contains(name))
        {
            _known.Add(name);
        }

        foreach (var entry in Map.Entries)
        {
            if (entry.Key.Text == name)
            {
                return entry.Value;
            }
        }

        return null;
    }

    public YamlValue? Require(string name, string form)
    {
        var value = Take(name);
        if (value is null)
        {
            errors.Add(Map, $"The field '{name}' is missing in {owner}. Add '{name}: {form}'.");
        }

        return value;
    }

    /// <summary>A non-empty text. A number or flag counts as the text it is written with.</summary>
    public YamlScalar? Text(string name) => Take(name) is { } value ? TextOf(name, value) : null;

    public YamlScalar? RequireText(string name, string form) => Require(name, form) is { } value ? TextOf(name, value) : null;

    /// <summary>A list of non-empty texts without repetition, or <see langword="null"/> when the field is absent.</summary>
    public IReadOnlyList<YamlScalar>? Texts(string name, string form) => Take(name) is { } value ? TextsOf(name, value, form) : null;

    /// <summary>As <see cref="Texts"/>, for a value that was taken; <paramref name="otherwise"/> is what it may also be.</summary>
    public IReadOnlyList<YamlScalar> TextsOf(string name, YamlValue value, string form, string? otherwise = null)
    {
        if (value is not YamlList list)
        {
            Mismatch(name, value, $"{(otherwise is null ? "" : $"{otherwise} or ")}a list such as '{name}: [{form}]'");
            return [];
        }

        var texts = new List<YamlScalar>(list.Items.Count);
        foreach (var item in list.Items)
        {
            if (TextOf(name, item) is not { } text)
            {
                continue;
            }

            if (texts.Exists(other => other.Text == text.Text))
            {
                errors.Add(text, $"'{YamlScalar.Shorten(text.Text)}' stands twice in '{name}' of {owner}. Keep one.");
                continue;
            }

            texts.Add(text);
        }

        if (list.Items.Count == 0)
        {
            errors.Add(list, $"The list '{name}' of {owner} is empty. Name something such as '{name}: [{form}]', or remove the field.");
        }

        return texts;
    }

    public bool? Flag(string name)
    {
        var value = Take(name);
        if (value is null or YamlScalar { Kind: YamlKind.Flag })
        {
            return (value as YamlScalar)?.IsTrue;
        }

        Mismatch(name, value, "'true' or 'false'");
        return null;
    }

    public int? WholeNumber(string name, int minimum, int maximum)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value is YamlScalar { Kind: YamlKind.Number } scalar
            && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum)
        {
            return number;
        }

        Mismatch(name, value, string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}"));
        return null;
    }

    /// <summary>One of a few words.</summary>
    public T? OneOf<T>(string name, YamlValue? value, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        if (value is null)
        {
            return null;
        }

        if (value is YamlScalar scalar && words.TryGetValue(scalar.Text, out var word))
        {
            return word;
        }

        var hint = value is YamlScalar text ? NearestName.Hint(text.Text, words.Keys) : "";
        Mismatch(name, value, $"one of {string.Join(", ", words.Keys.Select(key => $"'{key}'"))}", hint);
        return null;
    }

    public YamlMap? Mapping(string name, string form)
    {
        var value = Take(name);
        if (value is not (null or YamlMap))
        {
            Mismatch(name, value, $"a mapping such as '{form}'");
        }

        return value as YamlMap;
    }

    /// <summary>The mappings of a list; empty when the field is absent.</summary>
    public IReadOnlyList<YamlMap> Mappings(string name, string form)
    {
        switch (Take(name))
        {
            case null:
                return [];
            case YamlList list:
                foreach (var item in list.Items.Where(item => item is not YamlMap))
                {
                    Mismatch($"{name}[]", item, $"a mapping such as '{form}'");
                }

                return [.. list.Items.OfType<YamlMap>()];
            case { } value:
                Mismatch(name, value, $"a list of mappings such as '- {form}'");
                return [];
        }
    }

    /// <summary>Reports a value of the wrong form.</summary>
    public void Mismatch(string name, YamlValue value, string expected, string hint = "") =>
        errors.Add(value, $"The field '{name}' of {owner} must be {expected}, but is {value.Describe()}.{hint}");

    /// <summary>Reports every field that was not taken.</summary>
    public void Done()
    {
        foreach (var entry in Map.Entries)
        {
            if (!_known.Contains(entry.Key.Text))
            {
                errors.Add(entry.Key, $"Unknown field '{YamlScalar.Shorten(entry.Key.Text)}' in {owner}.{NearestName.Hint(entry.Key.Text, _known)} "
                    + $"Known fields: {string.Join(", ", _known)}.");
            }
        }
    }

    private YamlScalar? TextOf(string name, YamlValue value)
    {
        if (value is YamlScalar { Kind: not YamlKind.Null } scalar && !string.IsNullOrWhiteSpace(scalar.Text))
        {
            return scalar;
        }

        Mismatch(name, value, "text");
        return null;
    }
}
