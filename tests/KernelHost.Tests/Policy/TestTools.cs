using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Text;
using Microsoft.SemanticKernel;

namespace KernelHost.Tests.Policy;

/// <summary>Tools without a plugin behind them. The names, effects and schemas are those of the plugin CustomerSupport.</summary>
internal static class TestTools
{
    private static readonly KernelFunction Nothing = KernelFunctionFactory.CreateFromMethod(() => "done", "nothing");

    public static Tool GetOrder { get; } = Make("customer-support/get_order", ToolEffect.Read, """
        {"type":"object","properties":{"order_id":{"type":"integer"}},"required":["order_id"]}
        """);

    public static Tool FindCustomer { get; } = Make("customer-support/find_customer", ToolEffect.Read, """
        {"type":"object","properties":{"email":{"type":["string","null"]},"name":{"type":["string","null"]},"customer_id":{"type":["integer","null"]}}}
        """);

    public static Tool ListOrders { get; } = Make("customer-support/list_orders", ToolEffect.Read, """
        {"type":"object","properties":{"customer_id":{"type":"integer"},"status":{"enum":["processing","in_transit","delivered","cancelled","returned",null]},
        "limit":{"type":"integer","default":10}},"required":["customer_id"]}
        """);

    public static Tool OpenTicket { get; } = Make("customer-support/open_ticket", ToolEffect.Keyed, """
        {"type":"object","properties":{"customer_id":{"type":"integer"},"subject":{"type":"string"},"body":{"type":"string"},
        "priority":{"type":"string","enum":["low","normal","high","urgent"]},"order_id":{"type":["integer","null"]}},"required":["customer_id","subject","body"]}
        """);

    public static Tool IssueRefund { get; } = Make("customer-support/issue_refund", ToolEffect.Once, """
        {"type":"object","properties":{"order_id":{"type":"integer"},"scope":{"type":"string","enum":["shipping","item","full"]},
        "reason":{"type":["string","null"]},"item_id":{"type":["integer","null"]}},"required":["order_id","scope"]}
        """);

    /// <summary>A tool with an argument of every type.</summary>
    public static Tool Pay { get; } = Make("bank/pay", ToolEffect.Once, """
        {"type":"object","properties":{"amount":{"type":"number"},"to":{"type":"string"},"urgent":{"type":"boolean"},"tags":{"type":"array","items":{"type":"string"}},
        "note":{"type":["string","null"]},"options":{"type":"object"},"anything":{}},"required":["amount"]}
        """);

    public static Tool Fetch { get; } = Make("web/fetch", ToolEffect.Read, """{"type":"object","properties":{"url":{"type":"string"}}}""", egress: true);

    public static Tool Post { get; } = Make("web/post", ToolEffect.Once, """{"type":"object","properties":{"url":{"type":"string"},"body":{"type":"string"}}}""", egress: true);

    public static IReadOnlyList<Tool> Support { get; } = [GetOrder, FindCustomer, ListOrders, OpenTicket, IssueRefund];

    public static IReadOnlyList<Tool> All { get; } = [.. Support, Pay, Fetch, Post];

    public static Tool Make(string qualifiedName, ToolEffect effect, string schema, bool egress = false)
    {
        var parameters = JsonElement.Parse(schema);
        var parts = qualifiedName.Split('/');
        return new Tool
        {
            PluginId = parts[0],
            PluginVersion = "1.0.0",
            ContentHash = new string('c', 64),
            Name = parts[1],
            ModelName = qualifiedName.Replace('/', '-'),
            Description = "Does something.",
            Parameters = parameters,
            SchemaHash = CanonicalJson.Hash(parameters),
            Effect = effect,
            Egress = egress,
            Function = Nothing,
        };
    }

    /// <summary>Arguments as a model delivers them.</summary>
    public static Dictionary<string, object?> Arguments(string json) =>
        JsonElement.Parse(json).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
}
