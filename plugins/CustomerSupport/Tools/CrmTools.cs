using KernelHost.Plugins.CustomerSupport.Crm;

namespace KernelHost.Plugins.CustomerSupport.Tools;

/// <summary>What an agent can do at the support desk. Parameter names are what models read, so they are in snake case.</summary>
internal sealed partial class CrmTools(CrmDatabase database)
{
    private readonly CustomerQueries _customers = new(database);
    private readonly OrderQueries _orders = new(database);
    private readonly TicketBook _tickets = new(database);
    private readonly RefundBook _refunds = new(database);
}
