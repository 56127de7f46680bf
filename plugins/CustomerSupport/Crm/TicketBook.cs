using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Crm;

internal sealed record TicketDraft(int CustomerId, int? OrderId, string Subject, string Body, TicketPriority Priority);

/// <summary>Tickets, one per idempotency key.</summary>
internal sealed class TicketBook(CrmDatabase database)
{
    /// <summary>Opens a ticket, or returns the one that this key has opened before.</summary>
    public TicketOpened Open(TicketDraft draft, string idempotencyKey)
    {
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        connection.Execute(
            """
            INSERT INTO tickets (customer_id, order_id, subject, body, priority, status, created_at, idempotency_key)
            VALUES ($customer, $order, $subject, $body, $priority, 'open', $now, $key)
            ON CONFLICT (idempotency_key) DO NOTHING
            """,
            ("$customer", draft.CustomerId), ("$order", draft.OrderId), ("$subject", draft.Subject), ("$body", draft.Body),
            ("$priority", draft.Priority.ToText()), ("$now", database.Clock.GetUtcNow()), ("$key", idempotencyKey));
        var ticket = connection.Query(
            Map,
            "SELECT id, customer_id, order_id, priority, status, created_at FROM tickets WHERE idempotency_key = $key",
            ("$key", idempotencyKey)).Single();
        transaction.Commit();
        return ticket;
    }

    private static TicketOpened Map(SqliteDataReader reader) => new(
        reader.GetInt32(0), reader.GetInt32(1), reader.GetIntOrNull(2), EnumText.Parse<TicketPriority>(reader.GetString(3)), reader.GetString(4),
        reader.GetDateTimeOffset(5));
}
