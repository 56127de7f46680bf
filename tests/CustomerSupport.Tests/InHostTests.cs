using System.Reflection;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Loading;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SemanticKernel;

namespace KernelHost.Plugins.CustomerSupport.Tests;

/// <summary>The built plugin in a host: its own load context, its private SQLite, arguments and results as JSON.</summary>
public sealed class InHostTests
{
    private static readonly string PluginDirectory =
        typeof(InHostTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "PluginDirectory").Value!;

    [Fact]
    public async Task LateOrder_IsFoundRefundedOnceAndRefusedTheSecondTime()
    {
        using var shop = new Shop();
        await using var catalog = await LoadAsync(shop);

        var order = await InvokeAsync(catalog, "get_order", new { order_id = 1042 }, "a");
        Assert.Equal("in_transit", order.GetProperty("status").GetString());
        Assert.Equal(4, order.GetProperty("daysLate").GetInt32());
        Assert.Equal("Jana Nováková", order.GetProperty("customer").GetProperty("name").GetString());

        var refund = await InvokeAsync(catalog, "issue_refund", new { order_id = 1042, scope = "shipping", reason = "Late" }, "b");
        Assert.Equal("4.90", refund.GetProperty("amount").GetRawText());
        Assert.Equal(
            refund.GetProperty("refundId").GetInt32(),
            (await InvokeAsync(catalog, "issue_refund", new { order_id = 1042, scope = "shipping" }, "b")).GetProperty("refundId").GetInt32());

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => InvokeAsync(catalog, "issue_refund", new { order_id = 1042, scope = "shipping" }, "c"));
        Assert.Contains("already refunded", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Catalog_OffersToolsHelpCentreAndPrompts()
    {
        using var shop = new Shop();
        await using var catalog = await LoadAsync(shop);

        Assert.Equal(
            ["find_customer", "get_order", "issue_refund", "list_orders", "open_ticket"],
            catalog.Tools.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.Equal("articles/**/*.md", Assert.Single(catalog.Retrievers, retriever => retriever.Name == "help-center").DocumentPattern);
        Assert.Equal(["answer", "tone"], catalog.Prompts.Select(prompt => prompt.Name).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(PluginDirectory, "articles", "shipping", "late-deliveries.md")));
    }

    private static async Task<PluginCatalog> LoadAsync(Shop shop)
    {
        var catalog = await PluginCatalog.LoadAsync(
            new CatalogOptions { PluginDirectories = [PluginDirectory], DataDirectory = shop.Directory },
            NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);
        Assert.Null(Assert.Single(catalog.Plugins).Error);
        return catalog;
    }

    private static async Task<JsonElement> InvokeAsync(PluginCatalog catalog, string tool, object arguments, string key)
    {
        var values = new KernelArguments { [ToolInvocation.ContextKey] = Shop.Call(key) };
        foreach (var member in JsonSerializer.SerializeToElement(arguments).EnumerateObject())
        {
            values[member.Name] = member.Value;
        }

        var function = catalog.Tools.Single(item => item.Name == tool).Function;
        var result = await catalog.Kernel.InvokeAsync(function, values, TestContext.Current.CancellationToken);
        return result.GetValue<object>() is JsonElement json ? json : JsonDocument.Parse(result.ToString()).RootElement;
    }
}
