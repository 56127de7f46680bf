using System.Text.Json;
using KernelHost.Policy;

namespace KernelHost.Tests.Policy;

public sealed class PolicyDecisionTests
{
    [Theory]
    [InlineData("customer-support/get_order", Verdict.Allow, "default:reads")]
    [InlineData("customer-support/open_ticket", Verdict.Ask, "default:effects")]
    [InlineData("customer-support/issue_refund", Verdict.Ask, "default:effects")]
    [InlineData("web/fetch", Verdict.Ask, "default:egress")]
    [InlineData("web/post", Verdict.Ask, "default:egress")]
    public void Decide_NoRules_ReadsRunAndTheRestAsks(string tool, Verdict verdict, string rule)
    {
        var decision = Decide(PolicyDocument.Default, tool, "{}");
        Assert.Equal((verdict, rule), (decision.Verdict, decision.Rule));
    }

    [Fact]
    public void Decide_ToolThatWasNotBound_IsDenied()
    {
        var policy = PolicyDocument.Parse(Rule("decision: allow\ntools: ['*']"), "p.yaml").Bind([TestTools.GetOrder]);
        Assert.Equal(new { Verdict = Verdict.Deny, Rule = "default:undeclared" }, Short(policy.Decide(TestTools.IssueRefund, null, "support", "alice")));
    }

    [Fact]
    public void Decide_OtherArtifactOfTheSameName_IsDenied()
    {
        var policy = PolicyDocument.Parse(Rule("decision: allow\ntools: ['*']"), "p.yaml").Bind([TestTools.GetOrder]);
        var impostor = TestTools.Make("customer-support/get_order", ToolEffect.Read, "{}");
        Assert.Equal(Verdict.Deny, policy.Decide(impostor, null, "support", "alice").Verdict);
    }

    [Theory]
    [InlineData("allow", "allow", Verdict.Allow, "r0")]
    [InlineData("ask", "allow", Verdict.Ask, "r0")]
    [InlineData("allow", "ask", Verdict.Ask, "r1")]
    [InlineData("allow", "deny", Verdict.Deny, "r1")]
    [InlineData("deny", "ask", Verdict.Deny, "r0")]
    [InlineData("ask", "deny", Verdict.Deny, "r1")]
    [InlineData("deny", "deny", Verdict.Deny, "r0")]
    public void Decide_SeveralRulesMatch_TheStrictestDecidesAndOfEqualsTheFirst(string first, string second, Verdict verdict, string rule)
    {
        // Conditions that always hold keep the rules from being refused as shadowed.
        var decision = Decide($$"""
            version: 1
            rules:
              - { id: r0, decision: {{first}}, tools: [bank/pay], when: { amount: { greaterThan: 0 } } }
              - { id: r1, decision: {{second}}, tools: [bank/pay], when: { amount: { greaterThan: 0 } } }
            """, "bank/pay", """{"amount":5}""");
        Assert.Equal((verdict, rule), (decision.Verdict, decision.Rule));
    }

    [Fact]
    public void Decide_ThreeWayConflict_DenyWinsInEveryOrder()
    {
        string[] verdicts = ["allow", "ask", "deny"];
        foreach (var order in new int[][] { [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0] })
        {
            var rules = order.Select(i => $"  - {{ id: {verdicts[i]}, decision: {verdicts[i]}, tools: [bank/pay], when: {{ amount: {{ greaterThan: 0 }} }} }}");
            Assert.Equal("deny", Decide($"version: 1\nrules:\n{string.Join('\n', rules)}", "bank/pay", """{"amount":5}""").Rule);
        }
    }

    [Fact]
    public void Decide_AllowRule_RelaxesTheDefault() =>
        Assert.Equal(Verdict.Allow, Decide(Rule("decision: allow\ntools: [bank/pay]"), "bank/pay", """{"amount":5}""").Verdict);

    [Fact]
    public void Decide_RuleForAnotherAgentOrPrincipal_DoesNotMatch()
    {
        var policy = PolicyDocument.Parse(Rule("decision: allow\ntools: [bank/pay]\nagents: [support]\nprincipals: [alice]"), "p.yaml").Bind(TestTools.All);
        Assert.Equal(Verdict.Allow, policy.Decide(TestTools.Pay, null, "support", "alice").Verdict);
        Assert.Equal(Verdict.Ask, policy.Decide(TestTools.Pay, null, "other", "alice").Verdict);
        Assert.Equal(Verdict.Ask, policy.Decide(TestTools.Pay, null, "support", "bob").Verdict);
        Assert.Equal(Verdict.Ask, policy.Decide(TestTools.Pay, null, "Support", "alice").Verdict);
    }

    [Theory]
    [InlineData("effects: [once]", "web/post", Verdict.Deny)]
    [InlineData("effects: [once]", "customer-support/open_ticket", Verdict.Ask)]
    [InlineData("effects: [once, keyed]", "customer-support/open_ticket", Verdict.Deny)]
    [InlineData("egress: true", "web/fetch", Verdict.Deny)]
    [InlineData("egress: true", "bank/pay", Verdict.Ask)]
    [InlineData("egress: false\neffects: [once]", "web/post", Verdict.Ask)]
    [InlineData("egress: false\neffects: [once]", "bank/pay", Verdict.Deny)]
    [InlineData("tools: ['web/*']", "web/fetch", Verdict.Deny)]
    [InlineData("tools: ['web/*']", "bank/pay", Verdict.Ask)]
    [InlineData("tools: ['*']\neffects: [read]", "customer-support/get_order", Verdict.Deny)]
    public void Decide_SelectionByToolEffectAndEgress_TakesWhatItNames(string selection, string tool, Verdict verdict) =>
        Assert.Equal(verdict, Decide(Rule($"decision: deny\n{selection}"), tool, "{}").Verdict);

    [Fact]
    public void Decide_Defaults_CanBeChanged()
    {
        const string Policy = "version: 1\ndefaults: { reads: ask, effects: deny, egress: deny }";
        Assert.Equal(Verdict.Ask, Decide(Policy, "customer-support/get_order", "{}").Verdict);
        Assert.Equal("default:effects", Decide(Policy, "bank/pay", "{}").Rule);
        Assert.Equal(new { Verdict = Verdict.Deny, Rule = "default:egress" }, Short(Decide(Policy, "web/fetch", "{}")));
    }

    [Fact]
    public void Decide_EgressDefaultLooserThanEffects_TheStricterHolds() =>
        Assert.Equal(new { Verdict = Verdict.Deny, Rule = "default:effects" },
            Short(Decide("version: 1\ndefaults: { effects: deny, egress: allow }", "web/post", "{}")));

    [Fact]
    public void Decide_NoConditions_ReturnsTheSameInstanceAndAllocatesNothing()
    {
        var policy = PolicyDocument.Parse(Rule("decision: ask\ntools: [bank/pay]"), "p.yaml").Bind(TestTools.All);
        var arguments = TestTools.Arguments("""{"amount":5}""");
        var first = policy.Decide(TestTools.Pay, arguments, "support", "alice");
        policy.Decide(TestTools.GetOrder, arguments, "support", "alice");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            policy.Decide(TestTools.Pay, arguments, "support", "alice");
            policy.Decide(TestTools.GetOrder, arguments, "support", "alice");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(first, policy.Decide(TestTools.Pay, arguments, "support", "alice"));
    }

    [Fact]
    public void Decide_Reason_IsTheRulesOwnOrNamesTheRule()
    {
        Assert.Equal("Too much money.", Decide(Rule("decision: ask\ntools: [bank/pay]\nreason: Too much money."), "bank/pay", "{}").Reason);
        Assert.Contains("'r'", Decide(Rule("decision: deny\ntools: [bank/pay]"), "bank/pay", "{}").Reason, StringComparison.Ordinal);
    }

    internal static Decision Decide(string yaml, string tool, string arguments) => Decide(PolicyDocument.Parse(yaml, "p.yaml"), tool, arguments);

    internal static string Rule(string body) => $"version: 1\nrules:\n  - id: r\n    {body.Replace("\n", "\n    ", StringComparison.Ordinal)}\n";

    private static Decision Decide(PolicyDocument document, string tool, string arguments) =>
        document.Bind(TestTools.All).Decide(TestTools.All.Single(candidate => candidate.QualifiedName == tool), TestTools.Arguments(arguments), "support", "alice");

    private static object Short(Decision decision) => new { decision.Verdict, decision.Rule };
}
