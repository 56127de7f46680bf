using System.Text.Json;
using System.Text.RegularExpressions;
using KernelHost.Text;

namespace KernelHost.Policy;

[Flags]
internal enum SchemaTypes
{
    None = 0,
    Null = 1,
    Flag = 2,
    Integer = 4,
    Fraction = 8,
    Text = 16,
    List = 32,
    Object = 64,
    Any = Null | Flag | Integer | Fraction | Text | List | Object,
}

internal readonly record struct SchemaMember(string Name, SchemaNode Schema, bool IsRequired);

/// <summary>A compiled JSON Schema for one place. <see cref="SchemaReader"/> makes it, <see cref="SchemaCheck"/> applies it.</summary>
internal sealed class SchemaNode
{
    public static readonly SchemaNode Anything = MakeAnything();

    public required SchemaTypes Types { get; init; }

    /// <summary>For messages: "integer", "string or null".</summary>
    public string TypeNames { get; init; } = "any value";

    /// <summary>The only values that are allowed, when not <see langword="null"/>.</summary>
    public JsonElement[]? Enum { get; init; }

    public double Minimum { get; init; } = double.NegativeInfinity;

    public double Maximum { get; init; } = double.PositiveInfinity;

    public bool ExclusiveMinimum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public int MinimumLength { get; init; }

    public int MaximumLength { get; init; } = int.MaxValue;

    public int MinimumItems { get; init; }

    public int MaximumItems { get; init; } = int.MaxValue;

    public Regex? Pattern { get; init; }

    public SchemaNode? Items { get; init; }

    public SchemaMember[] Members { get; init; } = [];

    /// <summary>What members without a declaration must be; <see langword="null"/> when they are refused.</summary>
    public SchemaNode? Additional { get; set; }

    public bool ChecksText => MinimumLength > 0 || MaximumLength < int.MaxValue || Pattern is not null;

    public bool ChecksRange => !double.IsInfinity(Minimum) || !double.IsInfinity(Maximum);

    public bool Accepts(SchemaTypes type) => (Types & type) != 0;

    public bool Declares(string name)
    {
        foreach (var member in Members)
        {
            if (member.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    public string ExplainUnknown(string name)
    {
        var names = Members.Select(member => member.Name).ToList();
        var cure = NearestName.Find(name, names) is { } nearest ? $"did you mean '{nearest}'?"
            : names.Count == 0 ? "there are none here."
            : $"known are {string.Join(", ", names.Select(known => $"'{known}'"))}.";
        return $"is not known; {cure}";
    }

    // Members of anything are anything again, at every depth.
    private static SchemaNode MakeAnything()
    {
        var anything = new SchemaNode { Types = SchemaTypes.Any };
        anything.Additional = anything;
        return anything;
    }
}
