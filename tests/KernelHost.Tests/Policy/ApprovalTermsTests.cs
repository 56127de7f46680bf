using KernelHost.Policy;

namespace KernelHost.Tests.Policy;

/// <summary>The field <c>approval</c> of a rule.</summary>
public sealed class ApprovalTermsTests
{
    private static readonly Approvers People = new([new("bob", ["supervisor"]), new("carol", ["supervisor", "manager"]), new("dora", [])]);

    [Fact]
    public void Parse_AllFields_AreTheTermsOfTheDecision()
    {
        var policy = Bind("approval: { approvers: [supervisor], quorum: 2, expiresAfter: 1h30m, escalateAfter: 30m, escalateTo: [manager], unattended: deny }", People);

        var terms = policy.Decide(TestTools.Pay, null, "a", "p").Terms!;

        Assert.Equal(["supervisor"], terms.Approvers);
        Assert.Equal((2, TimeSpan.FromMinutes(90), TimeSpan.FromMinutes(30), Unattended.Deny), (terms.Quorum, terms.ExpiresAfter, terms.EscalateAfter, terms.Unattended));
        Assert.Equal(["manager"], terms.EscalateTo);
    }

    [Fact]
    public void Parse_NothingSaid_LeavesItToTheHost()
    {
        Assert.Null(Bind("reason: Money.", People).Decide(TestTools.Pay, null, "a", "p").Terms);
        var terms = ApprovalTerms.ForQuestion(null, new ApprovalSettings { ExpiresAfter = TimeSpan.FromHours(1), Approvers = People });
        Assert.Equal((1, TimeSpan.FromHours(1), true), (terms.Quorum, terms.ExpiresAfter, terms.SeparateApprover));
    }

    [Theory]
    [InlineData("approval: { aprovers: [supervisor] }", "aprovers", "Unknown field 'aprovers' in 'approval' of rule 'r'. Did you mean 'approvers'?")]
    [InlineData("approval: { quorum: 0 }", "0 }", "must be a whole number from 1 to 20")]
    [InlineData("approval: { quorum: many }", "many", "must be a whole number from 1 to 20")]
    [InlineData("approval: { expiresAfter: soon }", "soon", "a time from '1s' to '365d'")]
    [InlineData("approval: { expiresAfter: 0s }", "0s", "a time from '1s' to '365d'")]
    [InlineData("approval: { unattended: allow }", "allow", "must be one of 'park', 'deny'")]
    [InlineData("approval: { approvers: [] }", "[] }", "The list 'approvers' of 'approval' of rule 'r' is empty.")]
    [InlineData("approval: { escalateAfter: 30m }", "30m", "says when, but not to whom")]
    [InlineData("approval: { approvers: [supervisor], escalateTo: [manager] }", "[manager]", "says to whom, but not when")]
    [InlineData("approval: { escalateAfter: 30m, escalateTo: [manager] }", "[manager]", "adds nobody")]
    [InlineData("approval: { approvers: [supervisor], expiresAfter: 30m, escalateAfter: 30m, escalateTo: [manager] }", "30m, escalateTo", "is not before 'expiresAfter'")]
    [InlineData("approval: [supervisor]", "[supervisor]", "must be a mapping such as")]
    public void Parse_FormThatDoesNotDo_IsAnErrorWithItsPlace(string body, string at, string message)
    {
        var error = Assert.Single(Assert.Throws<PolicyException>(() => Parse(body)).Errors);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((4, Column(body, at)), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("deny")]
    public void Parse_RuleThatAsksNobody_MayHaveNoTerms(string decision)
    {
        var error = Assert.Single(Assert.Throws<PolicyException>(() => PolicyDocument.Parse(PolicyDecisionTests.Rule($"decision: {decision}\ntools: [bank/pay]\napproval: {{ quorum: 1 }}"), "p.yaml")).Errors);
        Assert.Contains($"its decision is '{decision}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("approval: { approvers: [supervizor] }", "supervizor", "no approver has the role 'supervizor'. Did you mean 'supervisor'?")]
    [InlineData("approval: { approvers: [supervisor], escalateAfter: 1m, escalateTo: [boss] }", "boss", "no approver has the role 'boss'.")]
    [InlineData("approval: { approvers: [supervisor], quorum: 3 }", "3 }", "needs 3 people, but only 2 have the role.")]
    [InlineData("approval: { approvers: [manager], quorum: 2 }", "2 }", "needs 2 people, but only one has the role.")]
    [InlineData("approval: { quorum: 4 }", "4 }", "needs 4 people, but there are only 3 approvers.")]
    public void Bind_PeopleWhoAreNotThere_AreAnErrorWithItsPlace(string body, string at, string message)
    {
        var error = Assert.Single(Assert.Throws<PolicyException>(() => Bind(body, People)).Errors);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((4, Column(body, at)), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("approval: { approvers: [supervisor] }", "this host has no approvers")]
    [InlineData("approval: { quorum: 2 }", "this host has no approvers, so the one at the terminal answers alone")]
    public void Bind_HostThatKnowsNoApprovers_CannotAskForThem(string body, string message) =>
        Assert.Contains(message, Assert.Single(Assert.Throws<PolicyException>(() => Bind(body, Approvers.None)).Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void Decide_TwoRulesThatAsk_TheOneThatAsksMoreOfPeopleDecides()
    {
        var policy = PolicyDocument.Parse("""
            version: 1
            rules:
              - { id: any, decision: ask, tools: [bank/pay] }
              - { id: role, decision: ask, tools: [bank/pay], when: { urgent: true }, approval: { approvers: [supervisor] } }
              - { id: two, decision: ask, tools: [bank/pay], when: { amount: { greaterThan: 100 } }, approval: { quorum: 2 } }
            """, "p.yaml").Bind(TestTools.All, agents: null, People);

        string Rule(string arguments) => policy.Decide(TestTools.Pay, TestTools.Arguments(arguments), "a", "p").Rule;
        Assert.Equal(("any", "role", "two", "two"), (Rule("""{"amount":1}"""), Rule("""{"amount":1,"urgent":true}"""), Rule("""{"amount":200}"""), Rule("""{"amount":200,"urgent":true}""")));
    }

    [Fact]
    public void RuleVersion_FollowsTheRuleAndNothingElse()
    {
        string Version(string rules) => PolicyDocument.Parse($"version: 1\nrules:\n{rules}", "p.yaml").Bind(TestTools.All).Decide(TestTools.Pay, null, "a", "p").RuleVersion;
        const string Pay = "  - { id: pay, decision: ask, tools: [bank/pay] }";

        Assert.Equal(Version(Pay), Version($"  - {{ id: post, decision: ask, tools: [web/post] }}\n{Pay} # a comment"));
        Assert.NotEqual(Version(Pay), Version("  - { id: pay, decision: ask, tools: [bank/pay], approval: { expiresAfter: 1h } }"));
    }

    private static int Column(string body, string at) => body.IndexOf(at, StringComparison.Ordinal) + 5;

    private static PolicyDocument Parse(string body) => PolicyDocument.Parse(PolicyDecisionTests.Rule($"{body}\ndecision: ask\ntools: [bank/pay]"), "p.yaml");

    private static BoundPolicy Bind(string body, Approvers people) => Parse(body).Bind(TestTools.All, agents: null, people);
}
