using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>The agents of a host. A file with errors is an entry with errors; it never hides its neighbours.</summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public sealed class AgentCatalog
{
    private readonly IReadOnlyList<string> _directories;

    private AgentCatalog(IReadOnlyList<AgentEntry> entries, IReadOnlyList<string> directories, IReadOnlyList<SourceError> directoryErrors)
    {
        Entries = entries;
        DirectoryErrors = directoryErrors;
        _directories = directories;
    }

    /// <summary>All agent files, sorted by name and path. Files that claim one name are entries with errors, all of them.</summary>
    public IReadOnlyList<AgentEntry> Entries { get; }

    /// <summary>Directories that could not be read. They do not stop the others.</summary>
    public IReadOnlyList<SourceError> DirectoryErrors { get; }

    /// <summary>Reads the files <c>*.yaml</c> and <c>*.yml</c> of some directories, without their subdirectories.</summary>
    /// <param name="directories">The directories. One that does not exist is in <see cref="DirectoryErrors"/>.</param>
    public static AgentCatalog Load(IReadOnlyList<string> directories)
    {
        ArgumentNullException.ThrowIfNull(directories);
        var entries = new List<AgentEntry>();
        var errors = new List<SourceError>();
        foreach (var directory in directories.Select(Path.GetFullPath).Distinct())
        {
            try
            {
                entries.AddRange(Directory.EnumerateFiles(directory).Where(IsAgentFile).Select(Read));
            }
            catch (DirectoryNotFoundException)
            {
                errors.Add(new SourceError(directory, 0, 0, "The directory of agents does not exist. Create it, or correct the configuration."));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                errors.Add(new SourceError(directory, 0, 0, $"The directory of agents cannot be read: {exception.Message}"));
            }
        }

        var sorted = entries.OrderBy(entry => entry.Name, StringComparer.Ordinal).ThenBy(entry => entry.SourcePath, StringComparer.Ordinal);
        return new AgentCatalog([.. RefuseRepeatedNames([.. sorted])], directories, errors);
    }

    /// <summary>Reads one agent file, wherever it is.</summary>
    /// <param name="path">A UTF-8 file of at most 1 MB.</param>
    /// <returns>The definition, or every error of the file.</returns>
    public static AgentEntry Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var errors = new SourceErrors(path);
        return Parse(YamlReader.ReadFile(path, errors), errors);
    }

    /// <summary>Reads an agent from text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="sourcePath">The file it stands for: in messages, and where relative paths begin.</param>
    /// <returns>The definition, or every error of the text.</returns>
    public static AgentEntry Parse(string yaml, string sourcePath)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentException.ThrowIfNullOrEmpty(sourcePath);
        return Parse(yaml, new SourceErrors(sourcePath));
    }

    /// <summary>The agent of a name.</summary>
    /// <param name="name">As on the command line.</param>
    /// <exception cref="AgentException">There is none, or its file has errors.</exception>
    public AgentDefinition Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var found = Entries.Where(entry => entry.Name == name).OrderByDescending(entry => entry.TellsName).ToList();
        if (found.Count == 0)
        {
            throw new AgentException(Explain(name));
        }

        return found[0].Definition ?? throw new AgentException(name, [.. found.SelectMany(entry => entry.Errors)]);
    }

    private static bool IsAgentFile(string path) => Path.GetExtension(path) is ".yaml" or ".yml";

    private static AgentEntry Parse(string? yaml, SourceErrors errors)
    {
        var root = yaml is null ? null : YamlReader.Read(yaml, errors);
        var definition = root is null ? null : new AgentReader(errors).Read(root);
        var tellsName = definition is not null && AgentNames.IsValid(definition.Name);
        var name = tellsName ? definition!.Name : Path.GetFileNameWithoutExtension(errors.File);
        return new AgentEntry(name, errors.File, errors.Any ? null : definition, errors.Sorted()) { TellsName = tellsName };
    }

    private static IEnumerable<AgentEntry> RefuseRepeatedNames(IReadOnlyList<AgentEntry> entries)
    {
        var paths = entries.Where(entry => entry.TellsName).ToLookup(entry => entry.Name, entry => entry.SourcePath);
        foreach (var entry in entries)
        {
            var others = entry.TellsName ? paths[entry.Name].Where(path => path != entry.SourcePath).ToList() : [];
            yield return others.Count == 0 ? entry : entry with
            {
                Definition = null,
                Errors = [.. entry.Errors, new SourceError(entry.SourcePath, 0, 0,
                    $"The agent name '{entry.Name}' is also used by '{string.Join("', '", others)}'. Rename one of them.")],
            };
        }
    }

    private string Explain(string name)
    {
        var names = Entries.Select(entry => entry.Name).Distinct().ToList();
        return names.Count == 0
            ? $"There is no agent '{VisibleText.Escape(name)}': none is defined in {(_directories.Count == 0 ? "any directory" : $"'{string.Join("', '", _directories)}'")}. Put a YAML file there."
            : $"There is no agent '{VisibleText.Escape(name)}'.{NearestName.Hint(name, names)} Known agents: {string.Join(", ", names)}.";
    }
}
