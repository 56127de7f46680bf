using System.Collections.Frozen;

namespace KernelHost.Policy;

/// <summary>Somebody on whose behalf agents work, as far as the host knows more than the name.</summary>
/// <param name="Name">As the host names principals.</param>
/// <param name="Tenant">The tenant whose part of shared memory it sees; <see langword="null"/> for none.</param>
/// <param name="Groups">The groups it belongs to. What names readers names principals or groups.</param>
public sealed record Principal(string Name, string? Tenant, IReadOnlyList<string> Groups);

/// <summary>The principals that the host knows more of. One that is not among them has no tenant and belongs to no group. Immutable.</summary>
public sealed class Principals
{
    private readonly FrozenDictionary<string, Principal> _known;
    private readonly FrozenSet<string> _groups;

    /// <summary>Takes a list of principals.</summary>
    /// <param name="known">Nobody twice, letter case disregarded, and nobody named like a group.</param>
    /// <exception cref="ArgumentException">It is not so.</exception>
    public Principals(IEnumerable<Principal> known)
    {
        All = [.. known];
        _known = All.ToFrozenDictionary(static one => one.Name, StringComparer.Ordinal);
        _groups = All.SelectMany(static one => one.Groups).ToFrozenSet(StringComparer.Ordinal);
        if (All.DistinctBy(static one => one.Name, StringComparer.OrdinalIgnoreCase).Count() != All.Count)
        {
            throw new ArgumentException("Somebody stands in the list of principals twice.", nameof(known));
        }

        if (All.FirstOrDefault(one => IsGroup(one.Name)) is { } both)
        {
            throw new ArgumentException($"'{both.Name}' is a principal and a group.", nameof(known));
        }
    }

    /// <summary>Nobody.</summary>
    public static Principals None { get; } = new([]);

    /// <summary>All that are known.</summary>
    public IReadOnlyList<Principal> All { get; }

    /// <summary>Whether somebody belongs to a group of that name.</summary>
    public bool IsGroup(string name) => _groups.Contains(name);

    /// <summary>What is known of a principal, by its exact name.</summary>
    /// <exception cref="ArgumentException">It is named like a group, and would see all that the group sees.</exception>
    public Principal Find(string name) => IsGroup(name)
        // Without the name of a parameter, which would be added to the message.
        ? throw new ArgumentException($"'{name}' is the name of a group, which no principal may have. Name the principal or the group otherwise (KernelHost:Principals).")
        : _known.GetValueOrDefault(name) ?? new Principal(name, Tenant: null, Groups: []);
}
