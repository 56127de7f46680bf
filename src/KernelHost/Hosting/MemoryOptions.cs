using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>Where memory is kept: <c>KernelHost:Memory</c>.</summary>
public sealed record MemoryOptions
{
    /// <summary>The store that every host has.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>The kind of store: <c>KernelHost:Memory:Store</c>. Others than <c>sqlite</c> come with their package.</summary>
    /// <value><c>sqlite</c></value>
    public string Store { get; init; } = Sqlite;

    /// <summary>The file of the embedded store: <c>KernelHost:Memory:Path</c>.</summary>
    /// <value><c>memory.db</c> in the data directory.</value>
    public required string Path { get; init; }

    /// <summary>The settings of another store: the section <c>KernelHost:Memory:{Store}</c>. They are checked by the store.</summary>
    public IConfigurationSection? Settings { get; init; }
}
