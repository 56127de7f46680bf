using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>Checks a policy against real tools. What cannot match is an error here, because later it would be a silent hole.</summary>
internal sealed class PolicyBinder
{
    private readonly PolicyDocument _document;
    private readonly IReadOnlyCollection<Tool> _tools;
    private readonly IReadOnlyCollection<string>? _agents;
    private readonly Approvers? _approvers;
    private readonly List<string> _names;
    private readonly SourceErrors _errors;

    public PolicyBinder(PolicyDocument document, IReadOnlyCollection<Tool> tools, IReadOnlyCollection<string>? agents, Approvers? approvers)
    {
        _document = document;
        _tools = tools;
        _agents = agents;
        _approvers = approvers;
        _names = [.. tools.Select(tool => tool.QualifiedName).Distinct()];
        _errors = new SourceErrors(document.Source);
    }

    public BoundPolicy Bind()
    {
        foreach (var rule in _document.Rules)
        {
            Check(rule);
        }

        var policy = new BoundPolicy(_document, _tools);

        // With unknown names an example would fail for a reason that has been told already.
        if (!_errors.Any)
        {
            CheckShadows();
            new PolicyExamples(_document, policy, _tools, _errors).Run();
        }

        return _errors.Any ? throw new PolicyException(_document.Source, _errors.Sorted()) : policy;
    }

    private void Check(PolicyRule rule)
    {
        var unknown = false;
        foreach (var pattern in rule.Tools ?? [])
        {
            if (NamePattern.Explain("tool", pattern.Text, _names) is { } problem)
            {
                _errors.Add(pattern, $"Rule '{rule.Id.Text}': {problem}");
                unknown = true;
            }
        }

        foreach (var agent in rule.Agents ?? [])
        {
            if (_agents is not null && !_agents.Contains(agent.Text))
            {
                _errors.Add(agent, $"Rule '{rule.Id.Text}': there is no agent '{YamlScalar.Shorten(agent.Text)}'.{NearestName.Hint(agent.Text, _agents)}");
            }
        }

        if (_approvers is not null)
        {
            rule.Approval?.Check(rule, _approvers, _errors);
        }

        var selected = _tools.Where(rule.Selects).ToList();
        if (selected.Count == 0 && !unknown)
        {
            _errors.Add(rule.Id, $"Rule '{rule.Id.Text}' can never match: no tool has these names, effects and egress together. Correct it or remove it.");
        }

        foreach (var condition in rule.Conditions)
        {
            foreach (var tool in selected)
            {
                Check(rule, condition, tool);
            }
        }

        foreach (var name in (rule.Untrusted.Named ?? []).Concat(rule.Untrusted.Endorsed ?? []))
        {
            if (selected.Select(tool => ToolParameters.NotControl(tool, name.Text)).FirstOrDefault(static problem => problem is not null) is { } problem)
            {
                _errors.Add(name, $"Rule '{rule.Id.Text}': {problem}");
            }
        }

        if (rule.Untrusted.Any && selected.Count > 0 && !selected.Exists(static tool => ToolParameters.Names(tool).Any(name => ToolParameters.NotControl(tool, name) is null)))
        {
            _errors.Add(rule.Id, $"Rule '{rule.Id.Text}' can never match: none of its tools has a control argument. Correct it or remove it.");
        }
    }

    private void Check(PolicyRule rule, ArgumentCondition condition, Tool tool)
    {
        var name = condition.Argument.Text;
        if (!ToolParameters.TryGet(tool, name, out var schema))
        {
            _errors.Add(condition.Argument, $"Rule '{rule.Id.Text}': tool '{tool.QualifiedName}' has no argument '{YamlScalar.Shorten(name)}'."
                + NearestName.Hint(name, ToolParameters.Names(tool)));
            return;
        }

        var types = ToolParameters.Types(schema);
        foreach (var test in condition.Tests)
        {
            if (types.Count > 0 && test.Types.Count > 0 && !test.Types.Any(types.Contains))
            {
                _errors.Add(test.At, $"Rule '{rule.Id.Text}': argument '{name}' of '{tool.QualifiedName}' is {string.Join(" or ", types)}, but the operator needs {string.Join(" or ", test.Types)}.");
                continue;
            }

            foreach (var literal in test.Literals)
            {
                if (ToolParameters.Refuse(schema, types, literal) is { } problem)
                {
                    _errors.Add(literal, $"Rule '{rule.Id.Text}': argument '{name}' of '{tool.QualifiedName}' {problem}");
                }
            }
        }
    }

    // A rule that always loses to another one says something that does not hold; its author believes it does.
    private void CheckShadows()
    {
        foreach (var rule in _document.Rules)
        {
            PolicyRule? winner = null;
            if (_tools.Where(rule.Selects).All(tool =>
                (winner = _document.Rules.FirstOrDefault(other => other.IsUnconditional && other.Verdict > rule.Verdict && other.Selects(tool))) is not null))
            {
                _errors.Add(rule.Id, $"Rule '{rule.Id.Text}' can never decide: rule '{winner!.Id.Text}' always {(winner.Verdict == Verdict.Deny ? "denies" : "asks for")} "
                    + "what it names, and the stricter rule wins. Add conditions to that rule, or remove this one.");
            }
        }
    }
}
