using System.Globalization;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.VectorData;

/// <summary>How keys of one .NET type are kept, and how they come back.</summary>
internal static class KeyMapping
{
    /// <summary>The kind of key that a type is kept as; <see langword="null"/> when it cannot be a key.</summary>
    public static RecordKeyType? TypeOf(Type type) =>
        type == typeof(string) ? RecordKeyType.Text
        : type == typeof(Guid) ? RecordKeyType.Uuid
        : type == typeof(long) || type == typeof(int) || type == typeof(ulong) ? RecordKeyType.WholeNumber
        : null;

    /// <summary>A key as the store keeps it.</summary>
    /// <exception cref="ArgumentException">It is of another type, or above the greatest key.</exception>
    public static object Store(object key, Type type) => key.GetType() != type
        ? throw new ArgumentException($"The key '{key}' is of type '{key.GetType().Name}'; keys of this collection are '{type.Name}'.", nameof(key))
        : key switch
        {
            int number => (long)number,
            ulong number when number > long.MaxValue => throw new ArgumentException(
                $"The key '{number}' is above {long.MaxValue}, the greatest that is kept. Use a smaller key, or a Guid.", nameof(key)),
            ulong number => (long)number,
            _ => key,
        };

    /// <summary>A kept key as it was.</summary>
    public static object Load(object key, Type type) => key is long ? Convert.ChangeType(key, type, CultureInfo.InvariantCulture) : key;
}
