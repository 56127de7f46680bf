using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>Reads <c>KernelHost:Memory</c>.</summary>
internal static class MemoryConfiguration
{
    public static MemoryOptions Read(IConfigurationSection section, string dataDirectory, List<string> errors)
    {
        var store = section["Store"]?.Trim() is { Length: > 0 } named ? named.ToLowerInvariant() : MemoryOptions.Sqlite;
        string[] known = store == MemoryOptions.Sqlite ? ["Store", "Path"] : ["Store", "Path", store];
        foreach (var child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            // Settings of another store: most likely that one is meant.
            errors.Add(child.GetChildren().Any()
                ? $"{child.Path} has settings of another store than '{VisibleText.Escape(store)}', the chosen one. Set {section.Path}:Store to '{VisibleText.Escape(child.Key.ToLowerInvariant())}', or remove them."
                : $"{child.Path} is no setting of the store '{VisibleText.Escape(store)}'. Remove it or use one of {string.Join(", ", known)}.{NearestName.Hint(child.Key, known)}");
        }

        if (store != MemoryOptions.Sqlite && section["Path"] is { Length: > 0 })
        {
            errors.Add($"{section.Path}:Path is the file of the store '{MemoryOptions.Sqlite}', but {section.Path}:Store is '{VisibleText.Escape(store)}'. Remove one of them.");
        }

        return new MemoryOptions
        {
            Store = store,
            Path = section["Path"]?.Trim() is { Length: > 0 } path ? Path.GetFullPath(path) : Path.Combine(dataDirectory, "memory.db"),
            Settings = store == MemoryOptions.Sqlite ? null : section.GetSection(store),
        };
    }
}
