using System.Globalization;
using System.Reflection;
using System.Text.Json;
using KernelHost.Plugins.CustomerSupport.Crm;
using KernelHost.Plugins.CustomerSupport.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace KernelHost.Plugins.CustomerSupport.Tests;

/// <summary>What the host and models see of the plugin.</summary>
public sealed class ContractTests
{
    [Fact]
    public void Tools_DeclareTheirEffects()
    {
        var effects = Methods().ToDictionary(
            method => method.GetCustomAttribute<KernelFunctionAttribute>()!.Name!, method => method.GetCustomAttribute<EffectAttribute>()!.Effect);

        Assert.Equal(
            new Dictionary<string, ToolEffect>
            {
                ["find_customer"] = ToolEffect.Read,
                ["get_order"] = ToolEffect.Read,
                ["list_orders"] = ToolEffect.Read,
                ["open_ticket"] = ToolEffect.Keyed,
                ["issue_refund"] = ToolEffect.Once,
            },
            effects);
    }

    [Fact]
    public void Arguments_ThatDecideMoneyOrPeople_AreControl()
    {
        var others = Methods()
            .SelectMany(method => method.GetParameters().Select(parameter => (method, parameter, role: parameter.GetCustomAttribute<RoleAttribute>()?.Role)))
            .Where(item => item.role is not null and not ArgumentRole.Control)
            .Select(item => $"{item.method.Name}.{item.parameter.Name}: {item.role}");

        Assert.Equal(
            ["IssueRefund.reason: Payload", "ListOrders.limit: Inert", "OpenTicket.body: Payload", "OpenTicket.subject: Payload"],
            others.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Schemas_NameEnumMembersAsModelsWriteThem()
    {
        using var shop = new Shop();
        var plugin = KernelPluginFactory.CreateFromObject(shop.Tools, "support");

        Assert.Contains("[\"shipping\",\"item\",\"full\"]", Schema("issue_refund", "scope"), StringComparison.Ordinal);
        Assert.Contains("\"in_transit\"", Schema("list_orders", "status"), StringComparison.Ordinal);
        Assert.Contains("[\"low\",\"normal\",\"high\",\"urgent\"]", Schema("open_ticket", "priority"), StringComparison.Ordinal);
        Assert.All(
            plugin.SelectMany(function => function.Metadata.Parameters).Where(parameter => parameter.ParameterType != typeof(ToolContext)),
            parameter => Assert.False(string.IsNullOrEmpty(parameter.Description)));

        string Schema(string tool, string parameter) =>
            JsonSerializer.Serialize(plugin[tool].Metadata.Parameters.Single(p => p.Name == parameter).Schema!.RootElement);
    }

    [Fact]
    public async Task Invoke_WithJsonArguments_ReturnsJsonThatModelsCanRead()
    {
        using var shop = new Shop();
        var kernel = new Kernel();
        kernel.Plugins.AddFromObject(shop.Tools, "support");
        var arguments = JsonSerializer.SerializeToElement(new { customer_id = 3001, status = "in_transit" })
            .EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);

        var list = await kernel.InvokeAsync("support", "list_orders", new KernelArguments(arguments), TestContext.Current.CancellationToken);
        var json = JsonSerializer.SerializeToElement(list.GetValue<object>(), JsonSerializerOptions.Web);

        var order = json.GetProperty("orders").EnumerateArray().Single(item => item.GetProperty("orderId").GetInt32() == 1042);
        Assert.Equal("in_transit", order.GetProperty("status").GetString());
        Assert.True(order.GetProperty("late").GetBoolean());
        Assert.Equal("63.60", order.GetProperty("total").GetRawText());
    }

    [Fact]
    public void GetOrder_AsJson_HasTheFieldsThatClientsRelyOn()
    {
        using var shop = new Shop();
        var json = JsonSerializer.SerializeToElement(shop.Tools.GetOrder(1042), JsonSerializerOptions.Web);

        Assert.Equal("Jana Nováková", json.GetProperty("customer").GetProperty("name").GetString());
        Assert.Equal(3001, json.GetProperty("customer").GetProperty("id").GetInt32());
        Assert.Equal("4.90", json.GetProperty("shippingCost").GetRawText());
        Assert.Equal(shop.Today.AddDays(-4).ToString("O", CultureInfo.InvariantCulture), json.GetProperty("promisedDelivery").GetString());
        Assert.Equal("Delayed at the sorting centre", json.GetProperty("shipment").GetProperty("lastEvent").GetProperty("event").GetString());
        Assert.Equal(10421, json.GetProperty("items")[0].GetProperty("itemId").GetInt32());
        Assert.Equal(0, json.GetProperty("refunds").GetArrayLength());
    }

    [Fact]
    public void Configure_RegistersWhatTheToolsNeedAndDoesNoIo()
    {
        using var shop = new Shop();
        var services = new ServiceCollection();
        var environment = Shop.Environment(shop.Directory);
        services.AddSingleton(environment);
        var builder = (PluginBuilder)Activator.CreateInstance(
            typeof(PluginBuilder), BindingFlags.Instance | BindingFlags.NonPublic, null, [environment, services], null)!;

        new CustomerSupportPlugin().Configure(builder);

        Assert.Empty(Directory.EnumerateFileSystemEntries(shop.Directory));
        using var provider = services.BuildServiceProvider();
        var tools = ActivatorUtilities.CreateInstance<CrmTools>(provider);
        Assert.True(tools.GetOrder(1042).Late);
    }

    [Theory]
    [InlineData("Prompts/tone.txt", new[] { "company", "language" })]
    [InlineData("Prompts/answer.txt", new[] { "company" })]
    public async Task Prompts_RenderWithTheirVariables(string resource, string[] variables)
    {
        var arguments = new KernelArguments();
        foreach (var variable in variables)
        {
            arguments[variable] = $"[{variable}]";
        }

        var template = new KernelPromptTemplateFactory().Create(new PromptTemplateConfig(Resource.ReadText(resource)) { AllowDangerouslySetContent = true });
        var text = await template.RenderAsync(new Kernel(), arguments, TestContext.Current.CancellationToken);

        Assert.All(variables, variable => Assert.Contains($"[{variable}]", text, StringComparison.Ordinal));
        Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("$", text, StringComparison.Ordinal);
    }

    private static IEnumerable<MethodInfo> Methods() =>
        typeof(CrmTools).GetMethods().Where(method => method.IsDefined(typeof(KernelFunctionAttribute)));
}
