using KernelHost;
using Microsoft.Extensions.Logging;

namespace TestPlugins.Complete;

public enum Shelf
{
    Upper,
    Lower,
}

public sealed record Article(string Id, int Stock, Shelf Shelf, IReadOnlyList<string> Tags);

/// <summary>Leaves a file when it is disposed, so that a test sees it happen.</summary>
public sealed class Warehouse(PluginEnvironment environment, ILogger<Warehouse> logger) : IDisposable
{
    public string Greeting => environment.Configuration["greeting"] ?? "no greeting";

    public Article Find(string id)
    {
        logger.LogInformation("Looking for an article");
        return new Article(id, 3, Shelf.Lower, ["red", "round"]);
    }

    public void Dispose() => File.WriteAllText(Path.Combine(environment.DataDirectory, "disposed"), environment.Id);
}
