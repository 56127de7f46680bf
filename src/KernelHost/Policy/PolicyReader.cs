using System.Text.Json;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>Reads the form of a policy file. What the names in it mean is checked by <see cref="PolicyBinder"/>.</summary>
internal sealed class PolicyReader(SourceErrors errors)
{
    private static readonly Dictionary<string, Verdict> Verdicts = new()
    {
        ["allow"] = Verdict.Allow,
        ["ask"] = Verdict.Ask,
        ["deny"] = Verdict.Deny,
    };

    private static readonly Dictionary<string, ToolEffect> Effects = new()
    {
        ["read"] = ToolEffect.Read,
        ["idempotent"] = ToolEffect.Idempotent,
        ["keyed"] = ToolEffect.Keyed,
        ["once"] = ToolEffect.Once,
        ["compensable"] = ToolEffect.Compensable,
    };

    public PolicyDocument Read(YamlMap root)
    {
        var fields = new YamlFields(root, "the policy", errors);
        if (fields.Require("version", "1") is { } version and not YamlScalar { Text: "1" })
        {
            fields.Mismatch("version", version, "'1', the only version there is");
        }

        var defaults = ReadDefaults(fields.Mapping("defaults", "defaults: { effects: deny }"));
        var rules = fields.Mappings("rules", "{ id: my-rule, decision: ask, tools: [plugin/tool] }").Select(ReadRule).OfType<PolicyRule>().ToList();
        var tests = fields.Mappings("tests", "{ tool: plugin/tool, arguments: { }, expect: ask }").Select(ReadTest).OfType<PolicyTest>().ToList();
        fields.Done();
        RefuseRepeatedIds(rules);
        return new PolicyDocument(errors.File, rules, tests, defaults, CanonicalJson.Hash(YamlJson.ToElement(root)));
    }

    private PolicyDefaults ReadDefaults(YamlMap? map)
    {
        if (map is null)
        {
            return PolicyDocument.StandardDefaults;
        }

        var fields = new YamlFields(map, "'defaults'", errors);
        var defaults = new PolicyDefaults(
            fields.OneOf("reads", fields.Take("reads"), Verdicts) ?? Verdict.Allow,
            fields.OneOf("effects", fields.Take("effects"), Verdicts) ?? Verdict.Ask,
            fields.OneOf("egress", fields.Take("egress"), Verdicts) ?? Verdict.Ask,
            fields.OneOf("agents", fields.Take("agents"), Verdicts) ?? Verdict.Allow,
            fields.OneOf("untrusted", fields.Take("untrusted"), Verdicts) ?? Verdict.Ask);
        fields.Done();
        return defaults;
    }

    private PolicyRule? ReadRule(YamlMap map)
    {
        var named = map.Entries.FirstOrDefault(entry => entry.Key?.Text == "id").Value as YamlScalar;
        var owner = named is null ? "a rule" : $"rule '{YamlScalar.Shorten(named.Text)}'";
        var fields = new YamlFields(map, owner, errors);
        var id = fields.RequireText("id", "small-refunds");
        if (id is not null && (id.Text.Length > 64 || id.Text.AsSpan().ContainsAnyExcept(PolicyNames.IdCharacters)))
        {
            fields.Mismatch("id", id, "at most 64 lower-case letters, digits, '-', '_' or '.'");
        }

        var verdict = fields.OneOf("decision", fields.Require("decision", "allow | ask | deny"), Verdicts);
        var tools = fields.Texts("tools", "plugin/tool");
        var effects = ReadEffects(fields);
        var egress = fields.Flag("egress");
        if (tools is null && effects is null && egress is null)
        {
            errors.Add(map, $"{Capital(owner)} names no calls. Add 'tools', 'effects' or 'egress'; 'tools: [\"*\"]' means every tool.");
        }

        var agents = fields.Texts("agents", "support");
        var principals = fields.Texts("principals", "alice");
        var when = fields.Mapping("when", "when: { amount: { lessThan: 20 } }");
        var conditions = when is null ? [] : new ConditionReader(owner, errors).Read(when);
        var untrusted = UntrustedArgumentsReader.Read(fields, verdict, owner, errors);
        var approval = ApprovalTermsReader.Read(fields.Mapping("approval", "approval: { approvers: [supervisor] }"), verdict, owner, errors);
        var reason = fields.Text("reason")?.Text.Trim();
        var match = ReadExamples(fields, "match", owner);
        var notMatch = ReadExamples(fields, "notMatch", owner);
        fields.Done();
        return id is null || verdict is null ? null : new PolicyRule
        {
            Id = id,
            Verdict = verdict.Value,
            Tools = tools,
            Effects = effects,
            Egress = egress,
            Agents = agents,
            Principals = principals,
            Conditions = conditions,
            Untrusted = untrusted,
            Approval = approval,
            Version = CanonicalJson.Hash(YamlJson.ToElement(map)),
            Reason = reason,
            Match = match,
            NotMatch = notMatch,
        };
    }

    private static List<ToolEffect>? ReadEffects(YamlFields fields)
    {
        var words = fields.Texts("effects", "once");
        return words is null ? null : [.. words.Select(word => fields.OneOf("effects", word, Effects)).OfType<ToolEffect>()];
    }

    private List<PolicyExample> ReadExamples(YamlFields fields, string name, string owner)
    {
        var examples = new List<PolicyExample>();
        foreach (var map in fields.Mappings(name, "{ tool: plugin/tool, arguments: { amount: 5 } }"))
        {
            var example = new YamlFields(map, $"an example in '{name}' of {owner}", errors);
            if (ReadCall(example, map) is { } call)
            {
                examples.Add(call);
            }

            example.Done();
        }

        return examples;
    }

    private PolicyTest? ReadTest(YamlMap map)
    {
        var fields = new YamlFields(map, "an entry of 'tests'", errors);
        var call = ReadCall(fields, map);
        var expected = fields.OneOf("expect", fields.Require("expect", "allow | ask | deny"), Verdicts);
        var rule = fields.Text("rule");
        fields.Done();
        return call is null || expected is null ? null : new PolicyTest(call, expected.Value, rule);
    }

    private static PolicyExample? ReadCall(YamlFields fields, YamlMap map)
    {
        var tool = fields.RequireText("tool", "plugin/tool");
        var arguments = fields.Mapping("arguments", "arguments: { amount: 5 }");
        var agent = fields.Text("agent")?.Text;
        var principal = fields.Text("principal")?.Text;
        var untrusted = fields.Texts("untrusted", "order_id");
        var values = arguments?.Entries.ToDictionary(entry => entry.Key.Text, entry => YamlJson.ToElement(entry.Value)) ?? [];
        return tool is null ? null : new PolicyExample(map, tool, arguments, values, agent, principal, untrusted);
    }

    private void RefuseRepeatedIds(List<PolicyRule> rules)
    {
        foreach (var repeated in rules.GroupBy(rule => rule.Id.Text).Where(group => group.Count() > 1))
        {
            foreach (var rule in repeated.Skip(1))
            {
                errors.Add(rule.Id, $"The rule id '{rule.Id.Text}' is taken by the rule in line {repeated.First().Id.Line}. Give this rule another id.");
            }
        }
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
