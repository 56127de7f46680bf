using System.Text.RegularExpressions;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>Reads the field <c>when</c>: argument names with a value, or with operators.</summary>
internal sealed class ConditionReader(string owner, SourceErrors errors)
{
    private const int MaximumPatternLength = 1000;

    private static readonly string[] Operators =
    [
        "equals", "notEquals", "in", "notIn", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual",
        "matches", "notMatches", "startsWith", "endsWith", "contains", "notContains", "length", "exists",
    ];

    public IReadOnlyList<ArgumentCondition> Read(YamlMap when)
    {
        if (when.Entries.Count == 0)
        {
            errors.Add(when, $"The field 'when' of {owner} is empty. Name an argument such as 'when: {{ amount: {{ lessThan: 20 }} }}', or remove the field.");
        }

        var conditions = new List<ArgumentCondition>(when.Entries.Count);
        foreach (var entry in when.Entries)
        {
            var tests = entry.Value is YamlMap operators ? ReadOperators(entry.Key.Text, operators) : [ReadEquals(entry.Key.Text, entry.Value)];
            conditions.Add(new ArgumentCondition(entry.Key, [.. tests.OfType<ArgumentTest>()]));
        }

        return conditions;
    }

    private List<ArgumentTest?> ReadOperators(string argument, YamlMap operators)
    {
        if (operators.Entries.Count == 0)
        {
            errors.Add(operators, $"The condition on '{argument}' of {owner} is empty. Use an operator: {string.Join(", ", Operators)}.");
        }

        return [.. operators.Entries.Select(entry => ReadOperator(argument, entry.Key, entry.Value))];
    }

    private ArgumentTest? ReadOperator(string argument, YamlScalar name, YamlValue operand)
    {
        switch (name.Text)
        {
            case "equals":
                return ReadEquals(argument, operand);
            case "notEquals":
                return ReadEquals(argument, operand, negated: true);
            case "in" or "notIn":
                return ReadMembers(argument, name.Text, operand);
            case "matches" or "notMatches":
                return ReadPattern(argument, name.Text, operand);
            case "startsWith" or "endsWith":
                return Scalar(argument, name.Text, operand, "text", YamlKind.Text) is { } affix ? new AffixTest(affix, name.Text == "endsWith") : null;
            case "contains" or "notContains":
                return Scalar(argument, name.Text, operand, "a value", YamlKind.Text, YamlKind.Number, YamlKind.Flag) is { } part
                    ? new ContainsTest(part, name.Text == "notContains")
                    : null;
            case "length":
                return ReadLength(argument, operand);
            case "exists":
                return Scalar(argument, name.Text, operand, "'true' or 'false'", YamlKind.Flag) is { } flag ? new ExistsTest(flag, flag.IsTrue) : null;
            default:
                return ReadOrder(argument, name, operand);
        }
    }

    private OneOfTest? ReadEquals(string argument, YamlValue operand, bool negated = false) =>
        Scalar(argument, negated ? "notEquals" : "equals", operand, "a single value", YamlKind.Text, YamlKind.Number, YamlKind.Flag, YamlKind.Null) is { } value
            ? new OneOfTest(value, [value], negated)
            : null;

    private OneOfTest? ReadMembers(string argument, string name, YamlValue operand)
    {
        if (operand is not YamlList { Items.Count: > 0 } list)
        {
            Mismatch(argument, name, operand, $"a list of values such as '{name}: [a, b]'");
            return null;
        }

        var members = list.Items.Select(item =>
            Scalar(argument, name, item, "a list of single values", YamlKind.Text, YamlKind.Number, YamlKind.Flag, YamlKind.Null)).ToList();
        return members.Contains(null) ? null : new OneOfTest(list, members!, name == "notIn");
    }

    private PatternTest? ReadPattern(string argument, string name, YamlValue operand)
    {
        if (Scalar(argument, name, operand, "a regular expression in quotes", YamlKind.Text) is not { } pattern)
        {
            return null;
        }

        if (pattern.Text.Length > MaximumPatternLength)
        {
            errors.Add(pattern, $"The pattern for '{argument}' of {owner} is longer than {MaximumPatternLength} characters. Shorten it, or use 'in' with a list.");
            return null;
        }

        try
        {
            // The whole value must match: an unanchored pattern in an allow rule is a hole. Without backtracking no input can stall a decision.
            var regex = new Regex($@"\A(?:{pattern.Text})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new PatternTest(pattern, regex, negated: name == "notMatches");
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            errors.Add(pattern, $"The pattern for '{argument}' of {owner} cannot be used: {exception.Message} Back references and look-around are not supported.");
            return null;
        }
    }

    private LengthTest? ReadLength(string argument, YamlValue operand)
    {
        if (operand is YamlScalar { Kind: YamlKind.Number } exact)
        {
            return new LengthTest(exact, [new OrderTest(exact, "equals", order => order == 0)]);
        }

        if (operand is not YamlMap { Entries.Count: > 0 } operators)
        {
            Mismatch(argument, "length", operand, "a number or a mapping such as 'length: { lessThanOrEqual: 100 }'");
            return null;
        }

        var tests = operators.Entries.Select(entry => ReadOrder($"{argument}.length", entry.Key, entry.Value)).ToList();
        return tests.Contains(null) ? null : new LengthTest(operators, tests!);
    }

    private OrderTest? ReadOrder(string argument, YamlScalar name, YamlValue operand)
    {
        Func<int, bool>? holds = name.Text switch
        {
            "lessThan" => order => order < 0,
            "lessThanOrEqual" => order => order <= 0,
            "greaterThan" => order => order > 0,
            "greaterThanOrEqual" => order => order >= 0,
            _ => null,
        };
        if (holds is null)
        {
            errors.Add(name, $"Unknown operator '{YamlScalar.Shorten(name.Text)}' on '{argument}' in {owner}.{NearestName.Hint(name.Text, Operators)} Known operators: {string.Join(", ", Operators)}.");
            return null;
        }

        return Scalar(argument, name.Text, operand, "a number", YamlKind.Number) is { } limit ? new OrderTest(limit, name.Text, holds) : null;
    }

    private YamlScalar? Scalar(string argument, string name, YamlValue operand, string expected, params ReadOnlySpan<YamlKind> kinds)
    {
        if (operand is YamlScalar scalar && kinds.Contains(scalar.Kind))
        {
            return scalar;
        }

        Mismatch(argument, name, operand, expected);
        return null;
    }

    private void Mismatch(string argument, string name, YamlValue operand, string expected) =>
        errors.Add(operand, $"The operator '{name}' on '{argument}' in {owner} takes {expected}, but is given {operand.Describe()}.");
}
