using System.Collections.Frozen;

namespace KernelHost.Policy;

/// <summary>Somebody who may answer questions.</summary>
/// <param name="Name">As the host names principals.</param>
/// <param name="Roles">What rules may name him by.</param>
public sealed record Approver(string Name, IReadOnlyList<string> Roles);

/// <summary>The people who may answer what runs ask. Immutable.</summary>
public sealed class Approvers
{
    private readonly FrozenDictionary<string, Approver> _people;

    /// <summary>Takes a list of people.</summary>
    /// <param name="people">Nobody twice, letter case disregarded.</param>
    /// <exception cref="ArgumentException">Somebody stands in it twice.</exception>
    public Approvers(IEnumerable<Approver> people)
    {
        People = [.. people];
        _people = People.ToFrozenDictionary(person => person.Name, StringComparer.Ordinal);
        if (People.DistinctBy(person => person.Name, StringComparer.OrdinalIgnoreCase).Count() != People.Count)
        {
            throw new ArgumentException("Somebody stands in the list of approvers twice.", nameof(people));
        }
    }

    /// <summary>Nobody: a host for one person, who answers his own runs' questions.</summary>
    public static Approvers None { get; } = new([]);

    /// <summary>All of them.</summary>
    public IReadOnlyList<Approver> People { get; }

    /// <summary>Whether the host knows its approvers; where it does not, the one person at the terminal is it.</summary>
    public bool Any => People.Count > 0;

    /// <summary>Every role that somebody has.</summary>
    public IEnumerable<string> Roles => People.SelectMany(person => person.Roles).Distinct(StringComparer.Ordinal);

    /// <summary>One of them by his exact name, or <see langword="null"/>.</summary>
    public Approver? Find(string name) => _people.GetValueOrDefault(name);

    /// <summary>How many people have one of the roles; without roles, how many there are.</summary>
    public int Count(IReadOnlyList<string>? roles) => roles is null ? People.Count : People.Count(person => person.Roles.Any(roles.Contains));
}
