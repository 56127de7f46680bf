using KernelHost.Hosting;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Tests.Hosting;

/// <summary>What is wrong with the section as a whole.</summary>
public sealed class HostConfigurationTests
{
    [Theory]
    [InlineData("PluginDirectories", "a list")]
    [InlineData("AgentDirectories", "a list")]
    [InlineData("Budgets", "a list")]
    [InlineData("Models", "an object")]
    [InlineData("Retention", "an object")]
    [InlineData("Plugins", "an object")]
    public void Read_OneValueWhereSeveralBelong_IsAnErrorAndNotNothing(string setting, string form)
    {
        var error = Assert.Throws<ConfigurationException>(() => Read(setting, "5"));

        Assert.Equal($"KernelHost:{setting} is '5', but must be {form}.", error.Message);
    }

    [Fact]
    public void Read_AnEmptyValue_SetsNothing() => Assert.Empty(Read("Budgets", "").Budgets);

    private static KernelHostOptions Read(string setting, string value) => HostConfiguration.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>($"KernelHost:{setting}", value), KeyValuePair.Create<string, string?>("KernelHost:DataDirectory", "data")])
            .Build(),
        AppContext.BaseDirectory);
}
