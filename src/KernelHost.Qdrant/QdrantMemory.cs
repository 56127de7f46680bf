using KernelHost.Hosting;
using KernelHost.Memory.Records;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Qdrant;

/// <summary>Gives a host the store <c>qdrant</c> of <c>KernelHost:Memory:Store</c>.</summary>
public static class QdrantMemory
{
    /// <summary>The name in configuration.</summary>
    public const string Store = "qdrant";

    /// <summary>The store that the configuration names, with the options in <c>KernelHost:Memory:Qdrant</c>; <see langword="null"/> when it names another.</summary>
    /// <param name="memory">The configuration of memory.</param>
    /// <exception cref="ConfigurationException">A setting is unknown or not valid; the message names it and holds no key.</exception>
    public static RecordStore? Create(MemoryOptions memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (memory.Store != Store)
        {
            return null;
        }

        var options = new QdrantOptions();
        try
        {
            memory.Settings?.Bind(options, static binder => binder.ErrorOnUnknownConfiguration = true);
            return new QdrantRecordStore(options);
        }
        catch (InvalidOperationException exception)
        {
            // The binder's own message names the settings or the type that a value could not be read as; the value may be a key that was put into the wrong place.
            throw new ConfigurationException([$"KernelHost:Memory:Qdrant cannot be read: {WithoutValues(exception.Message)} See docs/qdrant.md for its settings."]);
        }
        catch (ArgumentException exception)
        {
            throw new ConfigurationException([$"KernelHost:Memory:Qdrant: {exception.Message}"]);
        }
    }

    private static string WithoutValues(string message)
    {
        var at = message.IndexOf("Failed to convert configuration value", StringComparison.Ordinal);
        // The last one: the value may hold the words, too.
        var path = message.LastIndexOf(" at '", StringComparison.Ordinal);
        return at < 0 ? message : path < 0 ? "A value has the wrong form." : $"The value{message[path..]}";
    }
}
