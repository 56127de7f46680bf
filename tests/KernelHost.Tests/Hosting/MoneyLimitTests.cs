using KernelHost.Agents;
using KernelHost.Hosting;
using KernelHost.Models;

namespace KernelHost.Tests.Hosting;

public sealed class MoneyLimitTests
{
    [Theory]
    [InlineData("use: default", null)]
    [InlineData("use: small", "small")]
    [InlineData("use: default\n  extraction: small", "small")]
    [InlineData("use: default\n  summaries: small", "small")]
    [InlineData("use: default\n  fallback: [{ model: small }]", "small")]
    public void LimitOfMoney_NeedsAPriceOfEveryModelThatTheAgentMayAsk(string model, string? missing)
    {
        var agent = AgentCatalog.Parse($"name: a\ninstructions: Help.\nmodel:\n  {model}\nlimits: {{ money: 5 USD }}\n", "a.yaml").Definition!;
        ModelInfo[] models = [new("default", "test", "m", null) { Price = new ModelPrice(1, 2, 1) }, new("small", "test", "s", null)];

        var errors = AgentLimitsCheck.Validate(agent, models, [], "USD");

        Assert.Equal(missing is null ? 0 : 1, errors.Count);
        Assert.All(errors, error => Assert.Contains($"the model '{missing}' has no price", error.Message, StringComparison.Ordinal));
    }
}
