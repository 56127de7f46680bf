using System.Text.Json;
using KernelHost.Policy;

namespace KernelHost.Tests.Policy;

public sealed class PolicyConditionTests
{
    // Columns: condition, arguments, does an allow rule match, does a deny rule match. They differ only where a value cannot be judged.
    [Theory]
    [InlineData("amount: 20", """{"amount":20}""", true, true)]
    [InlineData("amount: 20", """{"amount":20.0}""", true, true)]
    [InlineData("amount: 20", """{"amount":2e1}""", true, true)]
    [InlineData("amount: 20", """{"amount":21}""", false, false)]
    [InlineData("amount: 20", """{"amount":"20"}""", false, true)]
    [InlineData("amount: 20", """{"amount":null}""", false, false)]
    [InlineData("amount: 20", """{"amount":[20]}""", false, true)]
    [InlineData("amount: 20", """{"amount":true}""", false, true)]
    [InlineData("amount: 20", "{}", false, false)]
    [InlineData("amount: 9007199254740993", """{"amount":9007199254740992}""", false, false)]
    [InlineData("amount: 0.1", """{"amount":0.1}""", true, true)]
    [InlineData("to: alice", """{"to":"alice"}""", true, true)]
    [InlineData("to: alice", """{"to":"Alice"}""", false, false)]
    [InlineData("to: alice", """{"to":"alice "}""", false, false)]
    [InlineData("to: alice", """{"to":5}""", false, true)]
    [InlineData("to: alice", """{"to":"\ud800"}""", false, true)]
    [InlineData("to: ''", """{"to":""}""", true, true)]
    [InlineData("urgent: true", """{"urgent":true}""", true, true)]
    [InlineData("urgent: true", """{"urgent":"true"}""", false, true)]
    [InlineData("urgent: true", """{"urgent":false}""", false, false)]
    [InlineData("note: null", """{"note":null}""", true, true)]
    [InlineData("note: null", """{"note":"x"}""", false, false)]
    [InlineData("to: { notEquals: alice }", """{"to":"bob"}""", true, true)]
    [InlineData("to: { notEquals: alice }", """{"to":"alice"}""", false, false)]
    [InlineData("to: { notEquals: alice }", """{"to":5}""", false, true)]
    [InlineData("to: { notEquals: alice }", "{}", false, false)]
    [InlineData("to: { in: [alice, bob] }", """{"to":"bob"}""", true, true)]
    [InlineData("to: { in: [alice, bob] }", """{"to":"eve"}""", false, false)]
    [InlineData("to: { in: [alice, bob] }", """{"to":{}}""", false, true)]
    [InlineData("to: { notIn: [alice, bob] }", """{"to":"eve"}""", true, true)]
    [InlineData("to: { notIn: [alice, bob] }", """{"to":"bob"}""", false, false)]
    [InlineData("to: { notIn: [alice, bob] }", """{"to":7}""", false, true)]
    [InlineData("amount: { lessThan: 20 }", """{"amount":19.99}""", true, true)]
    [InlineData("amount: { lessThan: 20 }", """{"amount":20}""", false, false)]
    [InlineData("amount: { lessThan: 20 }", """{"amount":"19"}""", false, true)]
    [InlineData("amount: { lessThan: 20 }", """{"amount":null}""", false, true)]
    [InlineData("amount: { lessThan: 20 }", """{"amount":-1e300}""", true, true)]
    [InlineData("amount: { lessThan: 20 }", """{"amount":-1e400}""", false, true)]
    [InlineData("amount: { lessThanOrEqual: 20 }", """{"amount":20}""", true, true)]
    [InlineData("amount: { lessThanOrEqual: 20 }", """{"amount":20.000000000000000001}""", false, false)]
    [InlineData("amount: { greaterThan: 20 }", """{"amount":20}""", false, false)]
    [InlineData("amount: { greaterThan: 20 }", """{"amount":1e29}""", true, true)]
    [InlineData("amount: { greaterThanOrEqual: 20 }", """{"amount":20}""", true, true)]
    [InlineData("amount: { greaterThan: 5, lessThan: 10 }", """{"amount":7}""", true, true)]
    [InlineData("amount: { greaterThan: 5, lessThan: 10 }", """{"amount":11}""", false, false)]
    [InlineData("to: { matches: '[a-z]+' }", """{"to":"alice"}""", true, true)]
    [InlineData("to: { matches: '[a-z]+' }", """{"to":"alice1"}""", false, false)]
    [InlineData("to: { matches: '[a-z]+' }", """{"to":"alice\n"}""", false, false)]
    [InlineData("to: { matches: 'a|b' }", """{"to":"xb"}""", false, false)]
    [InlineData("to: { matches: '[a-z]+' }", """{"to":3}""", false, true)]
    [InlineData("to: { notMatches: '[a-z]+' }", """{"to":"alice1"}""", true, true)]
    [InlineData("to: { notMatches: '[a-z]+' }", """{"to":"alice"}""", false, false)]
    [InlineData("to: { startsWith: 'https://' }", """{"to":"https://a"}""", true, true)]
    [InlineData("to: { startsWith: 'https://' }", """{"to":"HTTPS://a"}""", false, false)]
    [InlineData("to: { endsWith: '@acme.example' }", """{"to":"a@acme.example"}""", true, true)]
    [InlineData("to: { endsWith: '@acme.example' }", """{"to":"a@acme.example.evil"}""", false, false)]
    [InlineData("to: { contains: evil }", """{"to":"an evil one"}""", true, true)]
    [InlineData("to: { notContains: evil }", """{"to":"an evil one"}""", false, false)]
    [InlineData("to: { notContains: evil }", """{"to":9}""", false, true)]
    [InlineData("tags: { contains: vip }", """{"tags":["a","vip"]}""", true, true)]
    [InlineData("tags: { contains: vip }", """{"tags":["a"]}""", false, false)]
    [InlineData("tags: { contains: vip }", """{"tags":["a",5]}""", false, true)]
    [InlineData("tags: { contains: vip }", """{"tags":[]}""", false, false)]
    [InlineData("tags: { length: { lessThanOrEqual: 2 } }", """{"tags":["a","b"]}""", true, true)]
    [InlineData("tags: { length: 1 }", """{"tags":["a","b"]}""", false, false)]
    [InlineData("to: { length: { greaterThan: 3 } }", """{"to":"abcd"}""", true, true)]
    [InlineData("to: { length: { greaterThan: 3 } }", """{"to":7}""", false, true)]
    [InlineData("note: { exists: true }", """{"note":"x"}""", true, true)]
    [InlineData("note: { exists: true }", """{"note":null}""", false, false)]
    [InlineData("note: { exists: true }", "{}", false, false)]
    [InlineData("note: { exists: false }", """{"note":"x"}""", false, false)]
    [InlineData("note: { exists: false }", """{"note":null}""", true, true)]
    [InlineData("note: { exists: false }", "{}", true, true)]
    [InlineData("note: { exists: false }", """{"NOTE":"x"}""", false, true)]
    [InlineData("options: { exists: true }", """{"options":{}}""", true, true)]
    [InlineData("amount: { lessThan: 20 }", """{"Amount":1}""", false, true)]
    [InlineData("amount: { lessThan: 20 }", """{"amount":1,"AMOUNT":5000}""", false, true)]
    [InlineData("anything: yes", """{"anything":"yes"}""", true, true)]
    [InlineData("anything: 5", """{"anything":"5"}""", false, true)]
    public void Decide_Condition_FailsClosedOnWhatCannotBeJudged(string condition, string arguments, bool allowMatches, bool denyMatches)
    {
        Assert.Equal(allowMatches ? Verdict.Allow : Verdict.Ask, Decide("allow", condition, arguments));
        Assert.Equal(denyMatches ? Verdict.Deny : Verdict.Ask, Decide("deny", condition, arguments));
    }

    [Fact]
    public void Decide_SeveralArguments_AllMustHold()
    {
        const string Condition = "amount: { lessThan: 20 }, to: alice";
        Assert.Equal(Verdict.Allow, Decide("allow", Condition, """{"amount":5,"to":"alice"}"""));
        Assert.Equal(Verdict.Ask, Decide("allow", Condition, """{"amount":5,"to":"bob"}"""));
        Assert.Equal(Verdict.Ask, Decide("allow", Condition, """{"amount":50,"to":"alice"}"""));
        Assert.Equal(Verdict.Ask, Decide("deny", Condition, """{"amount":"5","to":"bob"}"""));
        Assert.Equal(Verdict.Deny, Decide("deny", Condition, """{"amount":"5","to":"alice"}"""));
    }

    // The value space of a host that is called from code, not only from a model.
    [Fact]
    public void Decide_ClrValues_CompareLikeJson()
    {
        var policy = PolicyDocument.Parse(PolicyDecisionTests.Rule("decision: allow\ntools: [bank/pay]\nwhen: { amount: { lessThanOrEqual: 20 } }"), "p.yaml").Bind(TestTools.All);
        object?[] fine = [20, 20L, 20.0, 20m, (short)20, 20f, 19.5, -1];
        object?[] not = [21, 20.000000000000004, "20", true, null, double.NaN, double.NegativeInfinity, new object(), new[] { 1 }, default(JsonElement)];
        Assert.All(fine, value => Assert.Equal(Verdict.Allow, policy.Decide(TestTools.Pay, new Dictionary<string, object?> { ["amount"] = value }, "a", "p").Verdict));
        Assert.All(not, value => Assert.Equal(Verdict.Ask, policy.Decide(TestTools.Pay, new Dictionary<string, object?> { ["amount"] = value }, "a", "p").Verdict));
    }

    [Fact]
    public void Decide_ArgumentNamedLikeAPolicyWord_HasNoInfluence()
    {
        // In a reference system an argument 'allowed_tools' satisfied a rule about a policy variable of that name.
        var arguments = """{"amount":500,"decision":"allow","agent":"admin","principal":"root","$policy":"off"}""";
        Assert.Equal(Verdict.Ask, Decide("allow", "amount: { lessThan: 20 }", arguments));
    }

    [Fact]
    public void Decide_AMegabyteAgainstAPattern_IsLinear()
    {
        var arguments = new Dictionary<string, object?> { ["to"] = new string('a', 1_000_000) + "!" };
        var policy = PolicyDocument.Parse(PolicyDecisionTests.Rule("decision: deny\ntools: [bank/pay]\nwhen: { to: { matches: '(a+)+' } }"), "p.yaml").Bind(TestTools.All);
        Assert.Equal(Verdict.Ask, policy.Decide(TestTools.Pay, arguments, "a", "p").Verdict);
    }

    private static Verdict Decide(string decision, string condition, string arguments) =>
        PolicyDecisionTests.Decide(PolicyDecisionTests.Rule($"decision: {decision}\ntools: [bank/pay]\nwhen: {{ {condition} }}"), "bank/pay", arguments).Verdict;
}
