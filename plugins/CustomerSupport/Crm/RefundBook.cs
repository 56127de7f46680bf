using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Crm;

internal sealed record RefundRequest(int OrderId, RefundScope Scope, int? ItemId, string? Reason);

/// <summary>Pays money back: each part of an order once, never more than was paid.</summary>
internal sealed class RefundBook(CrmDatabase database)
{
    /// <summary>Issues a refund, or returns the one that this key has issued before. Null when there is no such order.</summary>
    /// <exception cref="ToolException">The refund is refused; the message says why.</exception>
    public RefundIssued? Issue(RefundRequest request, string idempotencyKey)
    {
        using var connection = database.Open();
        // A write transaction from the start (BEGIN IMMEDIATE): of two parallel calls the second sees what the first has paid.
        using var transaction = connection.BeginTransaction();
        if (FindByKey(connection, idempotencyKey) is { } earlier)
        {
            return SameRequest(earlier, request);
        }

        if (RefundableOrder.Read(connection, request.OrderId) is not { } order)
        {
            return null;
        }

        var amount = order.AmountFor(request);
        connection.Execute(
            """
            INSERT INTO refunds (order_id, scope, item_id, amount_cents, reason, created_at, idempotency_key)
            VALUES ($order, $scope, $item, $amount, $reason, $now, $key)
            """,
            ("$order", request.OrderId), ("$scope", request.Scope.ToText()), ("$item", request.ItemId), ("$amount", amount),
            ("$reason", string.IsNullOrEmpty(request.Reason) ? null : request.Reason), ("$now", database.Clock.GetUtcNow()),
            ("$key", idempotencyKey));
        var refund = FindByKey(connection, idempotencyKey);
        transaction.Commit();
        return refund;
    }

    /// <summary>The refund that this key has issued; null when it has issued none.</summary>
    public RefundIssued? Find(string idempotencyKey)
    {
        using var connection = database.Open();
        return FindByKey(connection, idempotencyKey);
    }

    // The host must not call a `once` tool twice; if it does, with the same key, the customer still gets the money once.
    private static RefundIssued SameRequest(RefundIssued earlier, RefundRequest request) =>
        (earlier.OrderId, earlier.Scope, earlier.ItemId) == (request.OrderId, request.Scope, request.ItemId)
            ? earlier
            : throw new ToolException(
                $"This call was already used for refund '{earlier.RefundId}' of order '{earlier.OrderId}'. "
                    + "Ask for a different refund in a new call.");

    private static RefundIssued? FindByKey(SqliteConnection connection, string key) => connection.Query(
        reader => new RefundIssued(
            reader.GetInt32(0), reader.GetInt32(1), EnumText.Parse<RefundScope>(reader.GetString(2)), reader.GetIntOrNull(3),
            Money.FromCents(reader.GetInt64(4)), Money.Currency, reader.GetDateTimeOffset(5)),
        "SELECT id, order_id, scope, item_id, amount_cents, created_at FROM refunds WHERE idempotency_key = $key",
        ("$key", key)).SingleOrDefault();
}
