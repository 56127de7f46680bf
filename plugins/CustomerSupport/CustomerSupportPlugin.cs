using KernelHost.Plugins.CustomerSupport.Crm;
using KernelHost.Plugins.CustomerSupport.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KernelHost.Plugins.CustomerSupport;

/// <summary>The support desk of the fictional outdoor shop Alder &amp; Finch: a CRM with five tools, a help centre and two prompts.</summary>
[Plugin("customer-support", Description = "Customer support for an online shop: customers, orders, tickets, refunds and a help centre.")]
public sealed class CustomerSupportPlugin : Plugin
{
    /// <inheritdoc/>
    public override void Configure(PluginBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<CrmDatabase>();
        builder
            .AddTools<CrmTools>()
            .AddDocuments(
                "help-center",
                "The shop's help centre: rules and how-to on delivery, late and lost parcels, returns, refunds, warranty, payment, accounts. "
                    + "Search it before stating any rule of the shop, and cite the article.",
                "articles/**/*.md")
            .AddPrompt("tone", "How the shop speaks to customers. Variables: company, language.", Resource.ReadText("Prompts/tone.txt"))
            .AddPrompt("answer", "How to build an answer to a support request. Variables: company.", Resource.ReadText("Prompts/answer.txt"));
    }
}
