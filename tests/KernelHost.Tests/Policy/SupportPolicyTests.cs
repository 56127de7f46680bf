using System.Text.RegularExpressions;
using KernelHost.Policy;

namespace KernelHost.Tests.Policy;

public sealed partial class SupportPolicyTests
{
    private const string File = "samples/policies/support.yaml";

    [Fact]
    public void SupportPolicy_AsItStands_LoadsAndLetsTheMainJobsRefundWait()
    {
        var policy = PolicyDocument.Load(RepositoryFiles.PathOf(File)).Bind(TestTools.Support, ["support"]);
        var decision = policy.Decide(TestTools.IssueRefund, TestTools.Arguments("""{"order_id":1042,"scope":"shipping"}"""), "support", "alice");
        Assert.Equal((Verdict.Ask, "refunds"), (decision.Verdict, decision.Rule));
    }

    // A policy whose examples survive a wrong rule proves nothing; a published reference policy held an inverted rule for a year.
    [Fact]
    public void SupportPolicy_AnyRuleDeletedOrItsDecisionChanged_FailsToLoad()
    {
        var yaml = RepositoryFiles.Read(File).ReplaceLineEndings("\n");
        var rules = yaml[..yaml.IndexOf("\n# Answers of the whole policy", StringComparison.Ordinal)];
        var tests = yaml[rules.Length..];
        var blocks = RuleStart().Split(rules);
        Assert.Equal(5, blocks.Length);
        Bind(string.Concat(blocks) + tests);
        for (var i = 1; i < blocks.Length; i++)
        {
            var others = blocks.Where((_, index) => index != i);
            Assert.Throws<PolicyException>(() => Bind(string.Concat(others) + tests));
            foreach (var decision in new[] { "allow", "ask", "deny" })
            {
                var mutant = DecisionLine().Replace(blocks[i], $"decision: {decision}\n");
                if (mutant != blocks[i])
                {
                    var text = string.Concat(blocks.Select((block, index) => index == i ? mutant : block)) + tests;
                    Assert.Throws<PolicyException>(() => Bind(text));
                }
            }
        }
    }

    [Theory]
    [InlineData("in: [low, normal]", "in: [low, normal, urgent]")]
    [InlineData("in: [low, normal]", "in: [low]")]
    [InlineData("scope: full\n      reason: { exists: false }", "scope: full")]
    [InlineData("scope: full\n      reason: { exists: false }", "reason: { exists: false }")]
    [InlineData("reason: { exists: false }", "reason: { exists: true }")]
    [InlineData("when: { priority: urgent }", "when: { priority: high }")]
    public void SupportPolicy_ConditionChanged_FailsToLoad(string original, string mutant)
    {
        var yaml = RepositoryFiles.Read(File).ReplaceLineEndings("\n");
        Assert.Contains(original, yaml, StringComparison.Ordinal);
        Assert.Throws<PolicyException>(() => Bind(yaml.Replace(original, mutant, StringComparison.Ordinal)));
    }

    private static void Bind(string yaml) => PolicyDocument.Parse(yaml, File).Bind(TestTools.Support);

    [GeneratedRegex(@"(?=^  - id: )", RegexOptions.Multiline)]
    private static partial Regex RuleStart();

    [GeneratedRegex(@"decision: \w+\n")]
    private static partial Regex DecisionLine();
}
