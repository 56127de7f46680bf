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

        if (memory.Settings is { } settings && FindUnknown(settings, Section, typeof(QdrantOptions)).ToList() is { Count: > 0 } errors)
        {
            throw new ConfigurationException(errors);
        }

        var options = new QdrantOptions();
        try
        {
            memory.Settings?.Bind(options);
            return new QdrantRecordStore(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new ConfigurationException([Explain(exception.Message)]);
        }
        catch (ArgumentException exception)
        {
            throw new ConfigurationException([AsSetting(exception.Message)]);
        }
    }

    // What the binder does not know it passes over.
    private static IEnumerable<string> FindUnknown(IConfigurationSection section, string path, Type type)
    {
        if (section.Value is { Length: > 0 })
        {
            yield return $"{path} is one value, but it has settings of its own. See docs/qdrant.md.";
        }

        var known = type.GetProperties();
        foreach (var child in section.GetChildren())
        {
            if (known.FirstOrDefault(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                yield return $"{path}:{child.Key} is no setting of the store '{Store}'. Remove it or use one of {string.Join(", ", known.Select(static one => one.Name))}.";
            }
            else if (property.PropertyType == typeof(QdrantLayout))
            {
                foreach (var error in FindUnknown(child, $"{path}:{property.Name}", property.PropertyType))
                {
                    yield return error;
                }
            }
        }
    }

    // The binder names the value, too, which may be a key that was put into the wrong place.
    private static string Explain(string message)
    {
        var start = message.LastIndexOf(" at '", StringComparison.Ordinal);
        return start < 0 ? $"A value in {Section} cannot be read. See docs/qdrant.md." : $"The value{message[start..].TrimEnd('.')} cannot be read. See docs/qdrant.md.";
    }

    // The options name their property; who configures a host knows the setting.
    private static string AsSetting(string message)
    {
        const string Type = nameof(QdrantOptions) + ".";
        var end = message.IndexOf(' ', StringComparison.Ordinal);
        return message.StartsWith(Type, StringComparison.Ordinal) && end > 0 ? $"{Section}:{message[Type.Length..end].Replace('.', ':')}{message[end..]}" : $"{Section}: {message}";
    }
}
