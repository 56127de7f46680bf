using KernelHost.Hosting;
using KernelHost.Memory.Records;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Qdrant;

/// <summary>Gives a host the store <c>qdrant</c> of <c>KernelHost:Memory:Store</c>.</summary>
public static class QdrantMemory
{
    /// <summary>The name in configuration.</summary>
    public const string Store = "qdrant";

    private const string Section = "KernelHost:Memory:Qdrant";
    private const string Cure = "See docs/qdrant.md for its settings.";

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

        // Bound as one value, the binder would pass over it without a word, and what it is may be a key.
        if (memory.Settings?.Value is { Length: > 0 })
        {
            throw new ConfigurationException([$"{Section} is one value, not settings. {Cure}"]);
        }

        var options = new QdrantOptions();
        try
        {
            memory.Settings?.Bind(options, static binder => binder.ErrorOnUnknownConfiguration = true);
            return new QdrantRecordStore(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new ConfigurationException([$"{Explain(exception.Message)} {Cure}"]);
        }
        catch (ArgumentException exception)
        {
            throw new ConfigurationException([AsSetting(exception.Message)]);
        }
    }

    // The binder's own message names unknown settings, but of a value that cannot be read also the value, which may be a key that was put into the wrong place.
    private static string Explain(string message)
    {
        if (!message.Contains("Failed to convert configuration value", StringComparison.Ordinal))
        {
            return $"{Section} cannot be read: {message}";
        }

        var at = message.LastIndexOf(" at '", StringComparison.Ordinal);
        return at < 0 ? $"A value in {Section} has the wrong form." : $"The value{message[at..].TrimEnd('.')} has the wrong form.";
    }

    // The options name their property; who configures a host knows the setting.
    private static string AsSetting(string message)
    {
        const string Type = nameof(QdrantOptions) + ".";
        var end = message.IndexOf(' ', StringComparison.Ordinal);
        return message.StartsWith(Type, StringComparison.Ordinal) && end > 0 ? $"{Section}:{message[Type.Length..end].Replace('.', ':')}{message[end..]}" : $"{Section}: {message}";
    }
}
