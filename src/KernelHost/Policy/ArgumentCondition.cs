using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>Tests of one argument, all of which must hold.</summary>
internal sealed class ArgumentCondition(YamlScalar argument, IReadOnlyList<ArgumentTest> tests)
{
    // Only a test for absence can hold for an argument that is not there.
    private readonly Truth _whenAbsent = tests.All(test => test is ExistsTest { Expected: false }) ? Truth.True : Truth.False;

    public YamlScalar Argument { get; } = argument;

    public IReadOnlyList<ArgumentTest> Tests { get; } = tests;

    public Truth Evaluate(IDictionary<string, object?>? arguments)
    {
        if (!TryFind(arguments, out var value))
        {
            return _whenAbsent;
        }

        var truth = Truth.True;
        foreach (var test in Tests)
        {
            var one = test.Evaluate(value);
            truth = one < truth ? one : truth;
        }

        return truth;
    }

    // Binding to a .NET parameter disregards case, comparing here does not: 'Amount' must not slip past a rule on 'amount'.
    private bool TryFind(IDictionary<string, object?>? arguments, out ArgumentValue value)
    {
        value = default;
        if (arguments is null)
        {
            return false;
        }

        var found = false;
        foreach (var pair in arguments)
        {
            if (!string.Equals(pair.Key, Argument.Text, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (found || pair.Key != Argument.Text)
            {
                value = ArgumentValue.Unreadable;
                return true;
            }

            (found, value) = (true, ArgumentValue.Of(pair.Value));
        }

        return found;
    }
}
