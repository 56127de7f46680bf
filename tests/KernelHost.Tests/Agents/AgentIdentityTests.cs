using System.Reflection;
using KernelHost.Agents;
using KernelHost.Text;

namespace KernelHost.Tests.Agents;

/// <summary>An approval for asking an agent is bound to this hash: whatever the agent's file says, another word of it is another hash.</summary>
public sealed class AgentIdentityTests
{
    public static TheoryData<string> Limits => [.. typeof(AgentLimits).GetProperties().Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Limits))]
    public void Hash_AnyLimitChanged_IsAnother(string name)
    {
        var property = typeof(AgentLimits).GetProperty(name)!;
        var limits = new AgentLimits();
        property.SetValue(limits, Other(property));

        Assert.NotEqual(AgentIdentity.Hash(Agent(new AgentLimits())), AgentIdentity.Hash(Agent(limits)));
        Assert.Equal(AgentIdentity.Hash(Agent(limits)), AgentIdentity.Hash(Agent(limits with { })));
    }

    private static AgentDefinition Agent(AgentLimits limits) => new() { Name = "a", Description = "", Instructions = "Answer.", SourcePath = "test", Limits = limits };

    private static object Other(PropertyInfo property) => property.PropertyType switch
    {
        var type when type == typeof(int) || type == typeof(int?) => 123_457,
        var type when type == typeof(long?) => 123_457L,
        var type when type == typeof(Money?) => new Money(5, "USD"),
        var type when type == typeof(TimeSpan) => TimeSpan.FromSeconds(7),
        var type when type == typeof(string) => "small",
        var type when type == typeof(AtLimit) => AtLimit.Ask,
        _ => new Dictionary<string, int> { ["a/b"] = 1 },
    };
}
