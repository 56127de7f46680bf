using KernelHost.Hosting;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Tests.Hosting;

public sealed class RetentionConfigurationTests
{
    [Fact]
    public void Read_NothingSet_KeepsForEver()
    {
        var retention = Read().Retention;

        Assert.True(retention.KeepsEverything);
        Assert.Null(retention.For("support"));
    }

    [Fact]
    public void Read_DefaultAndAgents_EachHasItsPeriod()
    {
        var retention = Read(("Default", "90d"), ("Agents:support", "36h"), ("Agents:legal", "forever")).Retention;

        Assert.Equal(TimeSpan.FromDays(90), retention.For("other"));
        Assert.Equal(TimeSpan.FromHours(36), retention.For("Support"));
        Assert.Null(retention.For("legal"));
    }

    [Theory]
    [InlineData("Default", "soon", "KernelHost:Retention:Default is 'soon'")]
    [InlineData("Default", "10m", "which is no period of an hour or more")]
    [InlineData("Agents:support", "-1d", "KernelHost:Retention:Agents:support is '-1d'")]
    [InlineData("Defualt", "90d", "Did you mean 'Default'?")]
    [InlineData("support", "90d", "periods of single agents stand below KernelHost:Retention:Agents")]
    public void Read_WrongSetting_NamesItAndTheCure(string key, string value, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => Read((key, value)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static KernelHostOptions Read(params (string Key, string Value)[] settings) => HostConfiguration.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>($"KernelHost:Retention:{setting.Key}", setting.Value)))
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("KernelHost:DataDirectory", "data")])
            .Build(),
        AppContext.BaseDirectory);
}
