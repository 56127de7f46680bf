using KernelHost.Policy;

namespace KernelHost.Tests.Policy;

/// <summary>What a policy file says of arguments that were filled from untrusted content.</summary>
public sealed class UntrustedRuleTests
{
    [Theory]
    [InlineData("decision: allow\ntools: [bank/pay]\nuntrusted: true", "To allow values of untrusted content, name their arguments in 'endorse'.")]
    [InlineData("decision: ask\ntools: [bank/pay]\nendorse: [to]", "but the rule does not allow anything")]
    [InlineData("decision: ask\ntools: [bank/pay]\nuntrusted: [too]", "tool 'bank/pay' has no argument 'too'. Did you mean 'to'?")]
    [InlineData("decision: allow\ntools: [bank/pay]\nendorse: [too]", "tool 'bank/pay' has no argument 'too'. Did you mean 'to'?")]
    [InlineData("decision: ask\ntools: [bank/pay]\nuntrusted: false", "must be 'true' or a list such as 'untrusted: [order_id]', but is 'false'")]
    [InlineData("decision: ask\ntools: [bank/pay]\nuntrusted: []", "The list 'untrusted' of rule 'r' is empty.")]
    [InlineData("decision: deny\ntools: [bank/pay]\nuntrusted: [to]\nmatch:\n  - { tool: bank/pay, arguments: { amount: 5 }, untrusted: [amount] }", "does not match this example")]
    [InlineData("decision: deny\ntools: [bank/pay]\nuntrusted: true\nnotMatch:\n  - { tool: bank/pay, arguments: { amount: 5 }, untrusted: [amount] }", "matches this example")]
    [InlineData("decision: deny\ntools: [bank/pay]\nuntrusted: true\nmatch:\n  - { tool: bank/pay, arguments: { amount: 5 }, untrusted: [amuont] }", "has no argument 'amuont'. Did you mean 'amount'?")]
    public void Rule_ThatMeansNothing_IsAnError(string body, string message)
    {
        var error = Assert.Single(Assert.Throws<PolicyException>(() => PolicyDocument.Parse(PolicyDecisionTests.Rule(body), "p.yaml").Bind(TestTools.All)).Errors);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_AboutAnArgumentThatDecidesNothing_IsAnError()
    {
        var tool = new KernelHost.Catalog.Tool
        {
            PluginId = "bank", PluginVersion = "1.0.0", ContentHash = "", Name = "note", ModelName = "bank-note", Description = "", Parameters = TestTools.Pay.Parameters, SchemaHash = "",
            Effect = ToolEffect.Once, Function = TestTools.Pay.Function, Roles = TestTools.Pay.Parameters.GetProperty("properties").EnumerateObject().ToDictionary(static member => member.Name, static _ => ArgumentRole.Payload),
        };

        var errors = Assert.Throws<PolicyException>(() => PolicyDocument.Parse("""
            version: 1
            rules:
              - { id: named, decision: ask, tools: [bank/note], untrusted: [to] }
              - { id: any, decision: ask, tools: [bank/note], untrusted: true }
            """, "p.yaml").Bind([tool])).Errors;

        Assert.Contains("argument 'to' of 'bank/note' is payload and decides nothing", errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("none of its tools has a control argument", errors[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tests_OfThePolicy_SayWhatWasFilledFromUntrustedContent()
    {
        const string Policy = """
            version: 1
            rules:
              - { id: small, decision: allow, tools: [bank/pay], when: { amount: { lessThan: 10 } }, endorse: [amount] }
              - { id: strangers, decision: deny, tools: [bank/pay], untrusted: [to] }
            tests:
              - { tool: bank/pay, arguments: { amount: 5, to: bob }, expect: allow, rule: small }
              - { tool: bank/pay, arguments: { amount: 5, to: bob }, untrusted: [amount], expect: allow, rule: small }
              - { tool: bank/pay, arguments: { amount: 5, to: bob, urgent: true }, untrusted: [amount, urgent], expect: ask, rule: "default:untrusted" }
              - { tool: bank/pay, arguments: { amount: 5, to: bob }, untrusted: [to], expect: deny, rule: strangers }
              - { tool: web/fetch, arguments: { url: x }, untrusted: [url], expect: ask, rule: "default:egress" }
              - { tool: customer-support/get_order, arguments: { order_id: 1 }, untrusted: [order_id], expect: allow, rule: "default:reads" }
            """;
        PolicyDocument.Parse(Policy, "p.yaml").Bind(TestTools.All);

        var error = Assert.Single(Assert.Throws<PolicyException>(() => PolicyDocument.Parse(Policy.Replace("expect: deny", "expect: ask", StringComparison.Ordinal), "p.yaml").Bind(TestTools.All)).Errors);
        Assert.Contains("the policy answers 'deny' by 'strangers'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_AreLookedAtWhereARuleSpeaksOfThem()
    {
        var plain = PolicyDocument.Parse("version: 1", "p.yaml").Bind(TestTools.All);
        var named = PolicyDocument.Parse("version: 1\nrules:\n  - { id: r, decision: ask, tools: [customer-support/get_order], untrusted: true }", "p.yaml").Bind(TestTools.All);

        Assert.Equal((false, true, true), (plain.AsksForUntrusted(TestTools.GetOrder), named.AsksForUntrusted(TestTools.GetOrder), plain.AsksForUntrusted(TestTools.Fetch)));
        Assert.Equal(("r", "default:reads"), (named.Decide(TestTools.GetOrder, null, "a", "p", [new UntrustedValue("order_id", "7", "it says so")]).Rule, named.Decide(TestTools.GetOrder, null, "a", "p").Rule));
    }
}
