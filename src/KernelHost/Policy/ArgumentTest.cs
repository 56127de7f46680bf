using System.Text.Json;
using System.Text.RegularExpressions;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>One operator on one argument. Evaluated only when the argument is there.</summary>
internal abstract class ArgumentTest(YamlValue at)
{
    /// <summary>The operand, for the place in messages.</summary>
    public YamlValue At { get; } = at;

    public abstract Truth Evaluate(in ArgumentValue value);

    /// <summary>The values a schema must be able to hold for the test to make sense; none means any.</summary>
    public virtual IEnumerable<YamlScalar> Literals => [];

    /// <summary>The types (of JSON Schema) on which the test works.</summary>
    public abstract IReadOnlyList<string> Types { get; }

    protected static Truth From(bool holds) => holds ? Truth.True : Truth.False;

    protected static Truth Not(Truth truth) => (Truth)((int)Truth.True - (int)truth);
}

internal sealed class OneOfTest(YamlValue at, IReadOnlyList<YamlScalar> literals, bool negated) : ArgumentTest(at)
{
    private readonly ArgumentValue[] _values = [.. literals.Select(ArgumentValue.Of)];

    public override IEnumerable<YamlScalar> Literals => literals;

    public override IReadOnlyList<string> Types => ["string", "number", "integer", "boolean", "null"];

    public override Truth Evaluate(in ArgumentValue value)
    {
        // A value that compares with one member is judged; it need not compare with the others too.
        var comparable = false;
        foreach (var member in _values)
        {
            var equal = value.IsEqualTo(member);
            if (equal == Truth.True)
            {
                return negated ? Truth.False : Truth.True;
            }

            comparable |= equal == Truth.False;
        }

        return comparable ? From(negated) : Truth.Unknown;
    }
}

internal sealed class OrderTest(YamlScalar at, string name, Func<int, bool> holds) : ArgumentTest(at)
{
    private readonly ArgumentValue _limit = ArgumentValue.Of(at);

    public string Name { get; } = name;

    public override IReadOnlyList<string> Types => ["number", "integer"];

    public override Truth Evaluate(in ArgumentValue value) =>
        value.Kind == ValueKind.Number ? From(holds(value.CompareTo(_limit))) : Truth.Unknown;
}

internal sealed class PatternTest(YamlValue at, Regex pattern, bool negated) : ArgumentTest(at)
{
    public override IReadOnlyList<string> Types => ["string"];

    public override Truth Evaluate(in ArgumentValue value) =>
        value.Kind == ValueKind.Text ? From(pattern.IsMatch(value.Text) != negated) : Truth.Unknown;
}

internal sealed class AffixTest(YamlScalar at, bool atEnd) : ArgumentTest(at)
{
    private readonly string _affix = at.Text;

    public override IReadOnlyList<string> Types => ["string"];

    public override Truth Evaluate(in ArgumentValue value) => value.Kind != ValueKind.Text
        ? Truth.Unknown
        : From(atEnd ? value.Text.EndsWith(_affix, StringComparison.Ordinal) : value.Text.StartsWith(_affix, StringComparison.Ordinal));
}

internal sealed class ContainsTest(YamlScalar at, bool negated) : ArgumentTest(at)
{
    private readonly ArgumentValue _member = ArgumentValue.Of(at);
    private readonly string _part = at.Text;

    public override IReadOnlyList<string> Types => ["string", "array"];

    public override Truth Evaluate(in ArgumentValue value)
    {
        var truth = value.Kind switch
        {
            ValueKind.Text => From(value.Text.Contains(_part, StringComparison.Ordinal)),
            ValueKind.List => HasMember(value.Element),
            _ => Truth.Unknown,
        };
        return negated ? Not(truth) : truth;
    }

    private Truth HasMember(JsonElement list)
    {
        var truth = Truth.False;
        foreach (var item in list.EnumerateArray())
        {
            var equal = ArgumentValue.Of(item).IsEqualTo(_member);
            truth = equal > truth ? equal : truth;
        }

        return truth;
    }
}

internal sealed class LengthTest(YamlValue at, IReadOnlyList<ArgumentTest> tests) : ArgumentTest(at)
{
    public override IReadOnlyList<string> Types => ["string", "array"];

    public override Truth Evaluate(in ArgumentValue value)
    {
        // UTF-16 units: what .NET plugins count. A character beyond the basic plane is two.
        if (value.Kind is not (ValueKind.Text or ValueKind.List))
        {
            return Truth.Unknown;
        }

        var length = ArgumentValue.Of(value.Kind == ValueKind.Text ? value.Text.Length : value.Element.GetArrayLength());
        var truth = Truth.True;
        foreach (var test in tests)
        {
            var one = test.Evaluate(length);
            truth = one < truth ? one : truth;
        }

        return truth;
    }
}

internal sealed class ExistsTest(YamlValue at, bool expected) : ArgumentTest(at)
{
    public bool Expected { get; } = expected;

    public override IReadOnlyList<string> Types => [];

    public override Truth Evaluate(in ArgumentValue value) => value.Kind switch
    {
        ValueKind.Unreadable => Truth.Unknown,
        var kind => From((kind != ValueKind.Null) == Expected),
    };
}
