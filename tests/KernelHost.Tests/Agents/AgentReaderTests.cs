using KernelHost.Agents;
using KernelHost.Text;

namespace KernelHost.Tests.Agents;

public sealed class AgentReaderTests
{
    [Fact]
    public void Read_SupportAgent_HoldsWhatTheFileSays()
    {
        var path = RepositoryFiles.PathOf("samples/agents/support.yaml");
        var entry = AgentCatalog.Read(path);
        Assert.Empty(entry.Errors);
        var agent = entry.Definition!;
        Assert.Equal(("support", "default", path), (agent.Name, agent.Model, agent.SourcePath));
        Assert.Equal(RepositoryFiles.PathOf("samples/policies/support.yaml"), agent.Policy);
        Assert.Equal(["customer-support/tone", "customer-support/answer"], agent.Prompts);
        Assert.Equal("Alder & Finch", agent.Variables["company"]);
        Assert.Equal("", agent.Variables["language"]);
        Assert.Equal(5, agent.Tools.Count);
        Assert.Equal(["customer-support/help-center"], agent.Retrievers);
        Assert.Equal(new AgentLimits(), agent.Limits);
        Assert.Equal(new GroundingRules(), agent.Grounding);
        Assert.StartsWith("You work at the support desk", agent.Instructions, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SmallestAgent_HasTheDefaults()
    {
        var agent = AgentCatalog.Parse("name: a\ninstructions: Help.", "a.yaml").Definition!;
        Assert.Equal(("", "default", null), (agent.Description, agent.Model, agent.Policy));
        Assert.Equal((20, 40, 200_000, TimeSpan.FromMinutes(5), 4),
            (agent.Limits.Steps, agent.Limits.ToolCalls, agent.Limits.Tokens, agent.Limits.WallTime, agent.Limits.ParallelCalls));
        Assert.Empty(agent.Tools);
        Assert.False(agent.UsesTool("a/b"));
    }

    [Fact]
    public void Parse_Collections_AreNamesAndNoPatterns()
    {
        Assert.Equal(["handbook", "faq_2"], AgentCatalog.Parse("name: a\ninstructions: Help.\ncollections: [handbook, faq_2]", "a.yaml").Definition!.Collections);
        var errors = AgentCatalog.Parse("name: a\ninstructions: Help.\ncollections: [customer-support/help-center, '*']", "a.yaml").Errors;
        Assert.Equal([(3, 15), (3, 45)], errors.Select(error => (error.Line, error.Column)));
        Assert.Contains("named in 'retrievers'", errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AllLimits_AreRead()
    {
        var limits = AgentCatalog.Parse("""
            name: a
            instructions: Help.
            limits:
              inputTokens: 1000
              outputTokens: 500
              money: 0.50 USD
              approvalPrompts: 2
              bytesOut: 4096
              tools: { customer-support/issue_refund: 1 }
              atLimit: cheaperModel
              cheaperModel: small
              repeatedCalls: 5
              staleRounds: 0
            """, "a.yaml").Definition!.Limits;

        Assert.Equal((1000, 500, 500_000L, 2, 4096L), (limits.InputTokens!.Value, limits.OutputTokens!.Value, limits.Money!.Value.Micros, limits.ApprovalPrompts!.Value, limits.BytesOut!.Value));
        Assert.Equal((1, AtLimit.CheaperModel, "small", 5, 0), (limits.Tools["customer-support/issue_refund"], limits.AtLimit, limits.CheaperModel, limits.RepeatedCalls, limits.StaleRounds));
    }

    [Fact]
    public void Parse_Grounding_IsRead()
    {
        const string Yaml = "name: a\ninstructions: Help.\ngrounding: { citations: required, onFalse: refuse, onUncited: strip, minimumSupport: 0.5, notFound: Das steht nirgends. }";

        Assert.Equal(
            new GroundingRules { Citations = CitationUse.Required, OnFalse = FalseCitation.Refuse, OnUncited = UncitedStatement.Strip, MinimumSupport = 0.5, NotFound = "Das steht nirgends." },
            AgentCatalog.Parse(Yaml, "a.yaml").Definition!.Grounding);
        Assert.Null(AgentCatalog.Parse("name: a\ninstructions: Help.", "a.yaml").Definition!.Grounding);
    }

    [Theory]
    [InlineData("instructions: Help.", 1, 1, "The field 'name' is missing in the agent. Add 'name: support'.")]
    [InlineData("name: a", 1, 1, "The field 'instructions' is missing in the agent.")]
    [InlineData("name: a\ninstructions: ' '", 2, 15, "The field 'instructions' of the agent must be text, but is the text ' '.")]
    [InlineData("name: a\ninstructions: [x]", 2, 15, "must be text, but is a list.")]
    [InlineData("name: Support\ninstructions: x", 1, 7, "must be lower-case letters, digits and hyphens, starting with a letter, at most 64 characters, but is the text 'Support'.")]
    [InlineData("name: a--b\ninstructions: x", 1, 7, "must be lower-case letters")]
    [InlineData("name: 5a\ninstructions: x", 1, 7, "must be lower-case letters")]
    [InlineData("name: ../a\ninstructions: x", 1, 7, "must be lower-case letters")]
    [InlineData("name: \"a\\n\"\ninstructions: x", 1, 7, "but is the text 'a⟦U+000A⟧'.")]
    [InlineData("name: a\ninstructions: x\ntool: [a/b]", 3, 1, "Unknown field 'tool' in the agent. Did you mean 'tools'?")]
    [InlineData("name: a\ninstructions: x\ntools: a/b", 3, 8, "must be a list such as 'tools: [plugin/tool]', but is the text 'a/b'.")]
    [InlineData("name: a\ninstructions: x\nprompts: ['a/*']", 3, 11, "'a/*' is a pattern, but prompts are appended in a certain order.")]
    [InlineData("name: a\ninstructions: x\nvariables: { a b: x }", 3, 14, "The variable name 'a b' must be letters, digits and '_'.")]
    [InlineData("name: a\ninstructions: x\nvariables: { a: [] }", 3, 17, "The variable 'a' must be text, but is a list.")]
    [InlineData("name: a\ninstructions: x\nlimits: { steps: 0 }", 3, 18, "The field 'steps' of 'limits' must be a whole number from 1 to 10000, but is the number '0'.")]
    [InlineData("name: a\ninstructions: x\nlimits: { steps: 1.5 }", 3, 18, "must be a whole number")]
    [InlineData("name: a\ninstructions: x\nlimits: { steps: '5' }", 3, 18, "must be a whole number from 1 to 10000, but is the text '5'.")]
    [InlineData("name: a\ninstructions: x\nlimits: { steps: 99999999999999999999 }", 3, 18, "must be a whole number")]
    [InlineData("name: a\ninstructions: x\nlimits: { toolCalls: -1 }", 3, 22, "from 0 to 100000")]
    [InlineData("name: a\ninstructions: x\nlimits: { wallTime: 5 }", 3, 21, "must be a time from '1s' to '30d' such as '90s', '5m' or '1h30m', but is the number '5'.")]
    [InlineData("name: a\ninstructions: x\nlimits: { wallTime: 0s }", 3, 21, "must be a time from '1s' to '30d'")]
    [InlineData("name: a\ninstructions: x\nlimits: { wallTime: 31d }", 3, 21, "must be a time from '1s' to '30d'")]
    [InlineData("name: a\ninstructions: x\nlimits: { money: 5 }", 3, 18, "must be an amount above 0 and a currency such as '0.50 USD', but is the number '5'.")]
    [InlineData("name: a\ninstructions: x\nlimits: { money: 0 USD }", 3, 18, "must be an amount above 0")]
    [InlineData("name: a\ninstructions: x\nlimits: { tools: { a/b: -1 } }", 3, 25, "The field 'a/b' of 'tools' of 'limits' must be a whole number from 0 to 100000")]
    [InlineData("name: a\ninstructions: x\nlimits: { atLimit: stop }", 3, 20, "must be one of 'wrapUp', 'cheaperModel', 'ask', but is the text 'stop'.")]
    [InlineData("name: a\ninstructions: x\nlimits: { atLimit: cheaperModel }", 3, 9, "'atLimit: cheaperModel' and 'cheaperModel: NAME' belong together")]
    [InlineData("name: a\ninstructions: x\nlimits: { step: 5 }", 3, 11, "Unknown field 'step' in 'limits'. Did you mean 'steps'?")]
    [InlineData("name: a\ninstructions: x\npolicy: \"a\\0b\"", 3, 9, "holds a character that no path can hold")]
    [InlineData("name: a\ninstructions: x\ngrounding: required", 3, 12, "must be a mapping such as 'grounding: { citations: required }', but is the text 'required'.")]
    [InlineData("name: a\ninstructions: x\ngrounding: { onFalse: strip }", 3, 12, "The field 'citations' is missing in 'grounding'. Add 'citations: required'.")]
    [InlineData("name: a\ninstructions: x\ngrounding: { citations: require }", 3, 25, "must be one of 'off', 'optional', 'required', but is the text 'require'. Did you mean 'required'?")]
    [InlineData("name: a\ninstructions: x\ngrounding: { citations: required, onFalse: flag }", 3, 44, "must be one of 'strip', 'refuse', but is the text 'flag'.")]
    [InlineData("name: a\ninstructions: x\ngrounding: { citations: required, minimumSupport: 1.5 }", 3, 51, "The field 'minimumSupport' of 'grounding' must be a number from 0 to 1, but is the number '1.5'.")]
    [InlineData("name: a\ninstructions: x\ngrounding: { citations: required, minimumSupport: '0.5' }", 3, 51, "must be a number from 0 to 1")]
    [InlineData("name: a\ninstructions: x\ngrounding: { citations: off, onFalse: strip }", 3, 30, "'onFalse' does nothing with 'citations: off'.")]
    [InlineData("name: a\ninstructions: x\ngrounding: { citations: optional, onUncited: flag }", 3, 35, "'onUncited' does nothing with 'citations: optional'. Remove it, or set 'citations: required'.")]
    [InlineData("name: a\ninstructions: x\ngrounding: { citations: required, onuncited: flag }", 3, 35, "Unknown field 'onuncited' in 'grounding'. Did you mean 'onUncited'?")]
    [InlineData("version: 2\nname: a\ninstructions: x", 1, 10, "must be '1', the only version there is")]
    public void Parse_WrongFile_IsAnErrorWithItsPlace(string yaml, int line, int column, string message)
    {
        var entry = AgentCatalog.Parse(yaml, "agents/a.yaml");
        Assert.Null(entry.Definition);
        var error = Assert.Single(entry.Errors);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(("agents/a.yaml", line, column), (error.File, error.Line, error.Column));
    }

    [Fact]
    public void Parse_SeveralErrors_AreAllReportedInTheOrderOfTheFile()
    {
        var entry = AgentCatalog.Parse("nam: a\ntools: x\nlimits:\n  steps: many\n  wallTime: soon\n", "a.yaml");
        Assert.Equal([(1, 1), (1, 1), (1, 1), (2, 8), (4, 10), (5, 13)], entry.Errors.Select(error => (error.Line, error.Column)));
        Assert.Equal("a.yaml:4:10: The field 'steps' of 'limits' must be a whole number from 1 to 10000, but is the text 'many'.", entry.Errors[4].ToString());
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("2d", 172_800)]
    [InlineData("1d2h3m4s", 93_784)]
    [InlineData("00:05:00", 300)]
    [InlineData("1:00:00", 3600)]
    [InlineData("1.00:00:00", 86_400)]
    public void Duration_AsPeopleWriteIt_IsRead(string text, int seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5m1h")]
    [InlineData("5m5m")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("5 m")]
    [InlineData("5M")]
    [InlineData("9999999999s")]
    [InlineData("05:00")]
    [InlineData("25:00:00")]
    public void Duration_Otherwise_IsRefused(string text) => Assert.False(Duration.TryParse(text, out _));
}
