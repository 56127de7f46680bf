using System.Collections.Concurrent;
using System.ComponentModel;
using KernelHost;
using Microsoft.SemanticKernel;

namespace TestPlugins.Booking;

public sealed record Reservation(int Room, string Number);

/// <summary>Books rooms, and cancels what it has booked: once per key.</summary>
public sealed class RoomTools
{
    private readonly ConcurrentDictionary<string, Reservation> _bookings = new(StringComparer.Ordinal);

    [KernelFunction("book_room"), Effect(ToolEffect.Compensable)]
    [Description("Books a room.")]
    public Reservation BookRoom(ToolContext context, [Description("The room's number.")] int room)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _bookings.GetOrAdd(context.IdempotencyKey, key => new Reservation(room, $"b-{room}"));
    }

    [CompensationOf("book_room")]
    internal async Task<string> CancelRoomAsync(ToolContext context, int room, Reservation result, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        _bookings.TryRemove(context.IdempotencyKey, out _);
        return $"cancelled {result.Number} of room {room}";
    }
}
