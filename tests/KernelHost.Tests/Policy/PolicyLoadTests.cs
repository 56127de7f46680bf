using KernelHost.Policy;

namespace KernelHost.Tests.Policy;

public sealed class PolicyLoadTests
{
    // Columns: the rule's body, the place of the error within the rule (line from the rule's first), and what the message must say.
    [Theory]
    [InlineData("decision: allow\ntools: [custmer-support/get_order]", 5, 13, "No plugin 'custmer-support' offers a tool. Did you mean 'customer-support'?")]
    [InlineData("decision: allow\ntools: [customer-support/get_ordr]", 5, 13, "Plugin 'customer-support' has no tool 'get_ordr'. Did you mean 'customer-support/get_order'?")]
    [InlineData("decision: allow\ntools: [get_order]", 5, 13, "'get_order' is not a tool. Write it as 'plugin/name', here 'customer-support/get_order'.")]
    [InlineData("decision: allow\ntools: ['nothing/*']", 5, 13, "No plugin 'nothing' offers a tool.")]
    [InlineData("decision: allow\ntools: ['customer-support/get_*']", 5, 13, "has no tool 'get_*'")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { amuont: 5 }", 6, 13, "tool 'bank/pay' has no argument 'amuont'. Did you mean 'amount'?")]
    [InlineData("decision: allow\ntools: [bank/pay, web/post]\nwhen: { amount: 5 }", 6, 13, "tool 'web/post' has no argument 'amount'.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { to: { lessThan: 5 } }", 6, 29, "argument 'to' of 'bank/pay' is string, but the operator needs number or integer.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { to: 5 }", 6, 17, "is string and is never the number '5'. Put it in quotes")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { amount: much }", 6, 21, "is number and is never the text 'much'.")]
    [InlineData("decision: allow\ntools: [customer-support/issue_refund]\nwhen: { scope: shiping }", 6, 20, "is one of 'shipping', 'item', 'full' and is never the text 'shiping'. Did you mean 'shipping'?")]
    [InlineData("decision: allow\ntools: [bank/pay]\neffects: [read]", 3, 9, "Rule 'r' can never match")]
    [InlineData("decision: allow\neffects: [compensable]", 3, 9, "Rule 'r' can never match")]
    [InlineData("decision: allow\ntools: [bank/pay]\nmatch:\n  - { tool: bank/pya }", 7, 17, "there is no tool 'bank/pya'. Did you mean 'bank/pay'?")]
    [InlineData("decision: allow\ntools: [bank/pay]\nmatch:\n  - { tool: bank/pay, arguments: { amout: 5 } }", 7, 40, "has no argument 'amout'. Did you mean 'amount'?")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { amount: { lessThan: 5 } }\nmatch:\n  - { tool: bank/pay, arguments: { amount: 5 } }", 8, 9, "does not match this example, but it stands in 'match'")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { amount: { lessThan: 5 } }\nnotMatch:\n  - { tool: bank/pay, arguments: { amount: 4 } }", 8, 9, "matches this example, but it stands in 'notMatch'")]
    public void Bind_NameThatMeansNothing_IsAnErrorWithItsPlace(string body, int line, int column, string message)
    {
        var document = PolicyDocument.Parse(PolicyDecisionTests.Rule(body), "rules/p.yaml");
        var error = Assert.Single(Assert.Throws<PolicyException>(() => document.Bind(TestTools.All)).Errors);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(("rules/p.yaml", line, column), (error.File, error.Line, error.Column));
    }

    [Theory]
    [InlineData("decision: alow\ntools: [bank/pay]", "The field 'decision' of rule 'r' must be one of 'allow', 'ask', 'deny', but is the text 'alow'. Did you mean 'allow'?")]
    [InlineData("decision: [allow]\ntools: [bank/pay]", "but is a list.")]
    [InlineData("tools: [bank/pay]", "The field 'decision' is missing in rule 'r'.")]
    [InlineData("decision: allow", "Rule 'r' names no calls.")]
    [InlineData("decision: allow\ntools: bank/pay", "The field 'tools' of rule 'r' must be a list such as 'tools: [plugin/tool]', but is the text 'bank/pay'.")]
    [InlineData("decision: allow\ntools: []", "The list 'tools' of rule 'r' is empty.")]
    [InlineData("decision: allow\ntools: [bank/pay, bank/pay]", "'bank/pay' stands twice in 'tools'")]
    [InlineData("decision: allow\ntools: [~]", "must be text, but is empty.")]
    [InlineData("decision: allow\ntools: [{ a: b }]", "must be text, but is a mapping.")]
    [InlineData("decision: allow\neffects: [onec]", "must be one of 'read', 'idempotent', 'keyed', 'once', 'compensable', but is the text 'onec'. Did you mean 'once'?")]
    [InlineData("decision: allow\negress: maybe", "must be 'true' or 'false', but is the text 'maybe'.")]
    [InlineData("decision: allow\ntols: [bank/pay]\neffects: [once]", "Unknown field 'tols' in rule 'r'. Did you mean 'tools'?")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: {}", "The field 'when' of rule 'r' is empty.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: [amount]", "must be a mapping such as")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { amount: {} }", "The condition on 'amount' of rule 'r' is empty.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { amount: { lessthan: 5 } }", "Unknown operator 'lessthan' on 'amount' in rule 'r'. Did you mean 'lessThan'?")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { amount: { lessThan: '5' } }", "The operator 'lessThan' on 'amount' in rule 'r' takes a number, but is given the text '5'.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { amount: { lessThan: .inf } }", "takes a number, but is given the text '.inf'.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { amount: [1, 2] }", "takes a single value, but is given a list.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { to: { in: alice } }", "takes a list of values such as 'in: [a, b]', but is given the text 'alice'.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { to: { in: [] } }", "takes a list of values")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { to: { matches: '(' } }", "The pattern for 'to' of rule 'r' cannot be used")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { to: { matches: '(?=a)a' } }", "Back references and look-around are not supported.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { to: { exists: 1 } }", "takes 'true' or 'false', but is given the number '1'.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nwhen: { to: { length: { startsWith: a } } }", "Unknown operator 'startsWith' on 'to.length'")]
    [InlineData("decision: allow\ntools: [bank/pay]\nmatch: { tool: bank/pay }", "The field 'match' of rule 'r' must be a list of mappings")]
    [InlineData("decision: allow\ntools: [bank/pay]\nmatch: [ { arguments: {} } ]", "The field 'tool' is missing in an example in 'match' of rule 'r'.")]
    [InlineData("decision: allow\ntools: [bank/pay]\nmatch: [ { tool: bank/pay, args: {} } ]", "Unknown field 'args' in an example in 'match' of rule 'r'.")]
    public void Parse_WrongForm_IsAnErrorThatSaysWhatWasExpected(string body, string message)
    {
        var exception = Assert.Throws<PolicyException>(() => PolicyDocument.Parse(PolicyDecisionTests.Rule(body), "p.yaml"));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.All(exception.Errors, error => Assert.True(error is { Line: >= 3, Column: >= 5 }, error.ToString()));
    }

    [Theory]
    [InlineData("rules: []", "The field 'version' is missing in the policy. Add 'version: 1'.")]
    [InlineData("version: 2", "must be '1', the only version there is, but is the number '2'.")]
    [InlineData("version: 1\nrule: []", "Unknown field 'rule' in the policy. Did you mean 'rules'?")]
    [InlineData("version: 1\nrules: {}", "must be a list of mappings")]
    [InlineData("version: 1\ndefaults: { read: allow }", "Unknown field 'read' in 'defaults'. Did you mean 'reads'?")]
    [InlineData("version: 1\nrules: [{ decision: allow, tools: ['*'] }]", "The field 'id' is missing in a rule.")]
    [InlineData("version: 1\nrules: [{ id: 'default:reads', decision: allow, tools: ['*'] }]", "must be at most 64 lower-case letters")]
    [InlineData("version: 1\nrules:\n  - { id: a, decision: ask, tools: ['*'] }\n  - { id: a, decision: deny, tools: ['*'] }", "The rule id 'a' is taken by the rule in line 3.")]
    public void Parse_WrongTop_IsAnError(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<PolicyException>(() => PolicyDocument.Parse(yaml, "p.yaml")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_SeveralErrors_AreAllReportedInTheOrderOfTheFile()
    {
        var errors = Assert.Throws<PolicyException>(() => PolicyDocument.Parse("""
            version: 1
            rules:
              - { id: a, decision: maybe, tools: [bank/pay] }
              - { id: b, decision: ask, tols: [bank/pay], effects: [once] }
              - { id: c, decision: ask, tools: [bank/pay], when: { amount: { below: 3 } } }
            """, "p.yaml")).Errors;
        Assert.Equal([3, 4, 5], errors.Select(error => error.Line));
    }

    [Fact]
    public void Bind_SeveralErrors_AreAllReported()
    {
        var document = PolicyDocument.Parse("""
            version: 1
            rules:
              - { id: a, decision: ask, tools: [bank/pai] }
              - { id: b, decision: ask, tools: [bank/pay], when: { amont: 3 } }
              - { id: c, decision: ask, tools: [bank/pay], effects: [read] }
            """, "p.yaml");
        Assert.Equal([3, 4, 5], Assert.Throws<PolicyException>(() => document.Bind(TestTools.All)).Errors.Select(error => error.Line));
    }

    [Fact]
    public void Bind_RuleThatAlwaysLoses_IsAnError()
    {
        var document = PolicyDocument.Parse("""
            version: 1
            rules:
              - { id: open, decision: allow, tools: [bank/pay], when: { amount: { lessThan: 5 } } }
              - { id: closed, decision: deny, tools: ['bank/*'] }
            """, "p.yaml");
        var error = Assert.Single(Assert.Throws<PolicyException>(() => document.Bind(TestTools.All)).Errors);
        Assert.Equal((3, "Rule 'open' can never decide: rule 'closed' always denies what it names, and the stricter rule wins. Add conditions to that rule, or remove this one."),
            (error.Line, error.Message));
    }

    [Fact]
    public void Bind_UnknownAgent_IsAnErrorWhenTheAgentsAreGiven()
    {
        var document = PolicyDocument.Parse(PolicyDecisionTests.Rule("decision: ask\ntools: [bank/pay]\nagents: [suport]"), "p.yaml");
        document.Bind(TestTools.All);
        Assert.Contains("there is no agent 'suport'. Did you mean 'support'?",
            Assert.Throws<PolicyException>(() => document.Bind(TestTools.All, ["support"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ tool: bank/pay, expect: allow }", "expects 'allow', but the policy answers 'ask' by 'default:effects'")]
    [InlineData("{ tool: bank/pay, expect: ask, rule: 'default:reads' }", "expects 'ask' by 'default:reads', but the policy answers 'ask' by 'default:effects'")]
    [InlineData("{ tool: bank/pay, expect: ask, rule: r }", "There is no rule 'r'.")]
    public void Bind_FailingTest_IsAnError(string test, string message) =>
        Assert.Contains(message, Assert.Throws<PolicyException>(() => PolicyDocument.Parse($"version: 1\ntests:\n  - {test}", "p.yaml").Bind(TestTools.All)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Bind_ExampleWithoutAgentOrPrincipal_StandsForOneTheRuleIsAbout() =>
        PolicyDocument.Parse(PolicyDecisionTests.Rule("""
            decision: ask
            tools: [bank/pay]
            agents: [support]
            principals: [alice, bob]
            match: [ { tool: bank/pay }, { tool: bank/pay, principal: bob } ]
            notMatch: [ { tool: bank/pay, principal: eve }, { tool: bank/pay, agent: other } ]
            """.ReplaceLineEndings("\n")), "p.yaml").Bind(TestTools.All);

    [Fact]
    public void Version_LayoutAndComments_DoNotChangeItButContentDoes()
    {
        var version = PolicyDocument.Parse("version: 1\nrules:\n  - { id: a, decision: ask, tools: [bank/pay] }\n", "p.yaml").Version;
        Assert.Equal(version, PolicyDocument.Parse("# why\nrules:\n- tools:\n  - bank/pay\n  decision: 'ask'\n  id: \"a\"\nversion: 1\n", "other.yaml").Version);
        Assert.NotEqual(version, PolicyDocument.Parse("version: 1\nrules:\n  - { id: a, decision: deny, tools: [bank/pay] }\n", "p.yaml").Version);
        Assert.NotEqual(version, PolicyDocument.Default.Version);
        Assert.Matches("^[0-9a-f]{64}$", version);
    }

    [Fact]
    public void Load_MissingFile_IsAnErrorThatNamesIt()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "policy.yaml");
        Assert.Equal($"Policy '{path}' has an error: {path}: The file does not exist. Check the path.",
            Assert.Throws<PolicyException>(() => PolicyDocument.Load(path)).Message);
    }
}
