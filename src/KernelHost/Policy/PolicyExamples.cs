using KernelHost.Catalog;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>Runs the examples of a policy. They are part of the file because hand-written rules go wrong without anybody noticing.</summary>
internal sealed class PolicyExamples(PolicyDocument document, BoundPolicy policy, IReadOnlyCollection<Tool> tools, SourceErrors errors)
{
    public void Run()
    {
        foreach (var rule in document.Rules)
        {
            Run(rule, rule.Match, expected: true);
            Run(rule, rule.NotMatch, expected: false);
        }

        foreach (var test in document.Tests)
        {
            Run(test);
        }
    }

    private void Run(PolicyRule rule, IReadOnlyList<PolicyExample> examples, bool expected)
    {
        foreach (var example in examples)
        {
            if (!TryResolve(example, $"rule '{rule.Id.Text}'", out var tool))
            {
                continue;
            }

            // An example that leaves agent or principal out means one that the rule is about.
            var agent = example.Agent ?? rule.Agents?[0].Text ?? "";
            var principal = example.Principal ?? rule.Principals?[0].Text ?? "";
            if ((rule.Selects(tool) && rule.Matches(ArgumentsOf(example), agent, principal, example.UntrustedValues)) != expected)
            {
                errors.Add(example.At, expected
                    ? $"Rule '{rule.Id.Text}' does not match this example, but it stands in 'match'. Correct the rule or the example."
                    : $"Rule '{rule.Id.Text}' matches this example, but it stands in 'notMatch'. Correct the rule or the example.");
            }
        }
    }

    private void Run(PolicyTest test)
    {
        if (test.Rule is { } named && !named.Text.StartsWith("default:", StringComparison.Ordinal) && document.Rules.All(rule => rule.Id.Text != named.Text))
        {
            errors.Add(named, $"There is no rule '{YamlScalar.Shorten(named.Text)}'.{NearestName.Hint(named.Text, document.Rules.Select(rule => rule.Id.Text))}");
            return;
        }

        if (!TryResolve(test.Call, "'tests'", out var tool))
        {
            return;
        }

        var decision = policy.Decide(tool, ArgumentsOf(test.Call), test.Call.Agent ?? "", test.Call.Principal ?? "", test.Call.UntrustedValues);
        if (decision.Verdict != test.Expected || (test.Rule is not null && test.Rule.Text != decision.Rule))
        {
            var expected = $"'{Word(test.Expected)}'{(test.Rule is null ? "" : $" by '{test.Rule.Text}'")}";
            errors.Add(test.Call.At, $"This test expects {expected}, but the policy answers '{Word(decision.Verdict)}' by '{decision.Rule}'. Correct a rule or the test.");
        }
    }

    private bool TryResolve(PolicyExample example, string owner, out Tool tool)
    {
        tool = tools.FirstOrDefault(candidate => candidate.QualifiedName == example.Tool.Text)!;
        if (tool is null)
        {
            errors.Add(example.Tool, $"An example of {owner}: there is no tool '{YamlScalar.Shorten(example.Tool.Text)}'."
                + NearestName.Hint(example.Tool.Text, tools.Select(candidate => candidate.QualifiedName)));
            return false;
        }

        var known = true;
        foreach (var argument in example.ArgumentsAt?.Entries ?? [])
        {
            if (!ToolParameters.TryGet(tool, argument.Key.Text, out _))
            {
                errors.Add(argument.Key, $"An example of {owner}: tool '{tool.QualifiedName}' has no argument '{YamlScalar.Shorten(argument.Key.Text)}'."
                    + NearestName.Hint(argument.Key.Text, ToolParameters.Names(tool)));
                known = false;
            }
        }

        foreach (var name in example.Untrusted ?? [])
        {
            if (ToolParameters.NotControl(tool, name.Text) is { } problem)
            {
                errors.Add(name, $"An example of {owner}: {problem}");
                known = false;
            }
        }

        return known;
    }

    private static Dictionary<string, object?> ArgumentsOf(PolicyExample example) =>
        example.Arguments.ToDictionary(pair => pair.Key, pair => (object?)pair.Value);

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Allow => "allow",
        Verdict.Ask => "ask",
        _ => "deny",
    };
}
