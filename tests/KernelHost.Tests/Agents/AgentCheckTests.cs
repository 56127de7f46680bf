using KernelHost.Agents;
using KernelHost.Tests.Policy;

namespace KernelHost.Tests.Agents;

public sealed class AgentCheckTests
{
    private static readonly string[] Retrievers = ["customer-support/help-center"];
    private static readonly string[] Prompts = ["customer-support/tone", "customer-support/answer"];

    [Fact]
    public void Validate_SupportAgent_HasNoErrors() =>
        Assert.Empty(AgentCheck.Validate(
            AgentCatalog.Read(RepositoryFiles.PathOf("samples/agents/support.yaml")).Definition!, TestTools.Support, Retrievers, Prompts, ["default"]));

    [Fact]
    public void Validate_NamesWithoutMeaning_AreAllReportedWithTheirPlaces()
    {
        var agent = AgentCatalog.Parse("""
            name: a
            instructions: x
            model: defualt
            tools: [customer-support/get_order, customer-support/get_odrer, "bnk/*"]
            retrievers: [customer-support/help-centre]
            prompts: [customer-support/tone, customer-support/ton]
            policy: missing.yaml
            """, "a.yaml").Definition!;
        var errors = AgentCheck.Validate(agent, TestTools.All, Retrievers, Prompts, ["default", "fast"]);
        Assert.Equal(
            [
                "a.yaml:3:8: There is no model 'defualt'. Did you mean 'default'? Known models: default, fast. Models are configured in 'KernelHost:Models'.",
                "a.yaml:4:37: Plugin 'customer-support' has no tool 'get_odrer'. Did you mean 'customer-support/get_order'?",
                "a.yaml:4:65: No plugin 'bnk' offers a tool. Did you mean 'bank'?",
                "a.yaml:5:14: Plugin 'customer-support' has no retriever 'help-centre'. Did you mean 'customer-support/help-center'?",
                "a.yaml:6:34: Plugin 'customer-support' has no prompt 'ton'. Did you mean 'customer-support/tone'?",
                $"a.yaml:7:9: The policy file '{Path.GetFullPath("missing.yaml")}' does not exist. The path is relative to the agent's file.",
            ],
            errors.Select(error => error.ToString()));
    }

    [Fact]
    public void Validate_AgentItselfOrAnUnknownOneAmongThoseItAsks_IsReported()
    {
        var agent = AgentCatalog.Parse("name: desk\ninstructions: x\nagents: [desk, reserch, research]", "a.yaml").Definition!;
        Assert.Equal(
            [
                "a.yaml:3:10: The agent 'desk' names itself in 'agents'. It has what it has already; take it out.",
                "a.yaml:3:16: There is no agent 'reserch'. Did you mean 'research'? List the agents with 'kernelhost agent list'.",
            ],
            AgentCheck.Validate(agent, [], [], [], ["default"], ["desk", "research"]).Select(error => error.ToString()));
    }

    [Fact]
    public void Validate_EmptyHost_ExplainsWithoutNames()
    {
        var agent = AgentCatalog.Parse("name: a\ninstructions: x\ntools: ['*']", "a.yaml").Definition!;
        Assert.Equal(
            ["a.yaml: There is no model 'default'. None is configured. Models are configured in 'KernelHost:Models'.", "a.yaml:3:9: '*' means every tool, but there is none."],
            AgentCheck.Validate(agent, [], [], [], []).Select(error => error.ToString()));
    }

    [Fact]
    public void Validate_DefinitionBuiltInCode_HasNoPlacesButTheSameErrors()
    {
        var agent = new AgentDefinition { Name = "a", Instructions = "x", Tools = ["no/tool"], SourcePath = "code" };
        Assert.Equal("code: No plugin 'no' offers a tool.", Assert.Single(AgentCheck.Validate(agent, TestTools.All, [], [], ["default"])).ToString());
    }
}
