using System.Globalization;
using System.Text.Json;
using KernelHost.Hosting;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Cli.Invocation;

/// <summary>
/// Where settings come from, later over earlier: <c>appsettings.json</c> beside the program, the one in the working directory, the
/// file of <c>--config</c>, the environment, the command line.
/// </summary>
internal static class CliConfiguration
{
    private const string FileName = "appsettings.json";

    /// <exception cref="UsageException">The file named on the command line does not exist.</exception>
    /// <exception cref="ConfigurationException">A file is not JSON.</exception>
    public static IConfiguration Build(CliOptions options, string baseDirectory, string workingDirectory)
    {
        var builder = new ConfigurationBuilder();
        List<string> errors = [];
        var besideProgram = Path.Combine(baseDirectory, FileName);
        var here = Path.Combine(workingDirectory, FileName);
        AddFile(builder, besideProgram, errors);
        if (Path.GetFullPath(here) != Path.GetFullPath(besideProgram))
        {
            AddFile(builder, here, errors);
        }

        if (options.Config is { } file)
        {
            var path = Path.GetFullPath(file, workingDirectory);
            if (!File.Exists(path))
            {
                throw new UsageException($"The configuration file '{path}' of --config does not exist. Correct the path, or leave --config out.");
            }

            AddFile(builder, path, errors);
        }

        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }

        builder.AddEnvironmentVariables();
        AddCommandLine(builder, options, baseDirectory, workingDirectory);
        return builder.Build();
    }

    // Streams spare the file watcher that AddJsonFile brings; a command reads its settings once.
    private static void AddFile(ConfigurationBuilder builder, string path, List<string> errors)
    {
        try
        {
            if (!File.Exists(path))
            {
                return;
            }

            // Read once and here: a stream gives its settings a single time, and the builder is built twice.
            builder.AddConfiguration(new ConfigurationBuilder().AddJsonStream(new MemoryStream(File.ReadAllBytes(path))).Build());
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidDataException)
        {
            errors.Add($"'{path}' is not a valid JSON settings file: {(exception.InnerException ?? exception).Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"'{path}' cannot be read: {exception.Message}");
        }
    }

    private static void AddCommandLine(ConfigurationBuilder builder, CliOptions options, string baseDirectory, string workingDirectory)
    {
        Dictionary<string, string?> values = [];
        if (options.Data is { } data)
        {
            values["KernelHost:DataDirectory"] = Path.GetFullPath(data, workingDirectory);
        }

        var below = builder.Build();
        Append(values, below, "KernelHost:PluginDirectories", [Path.Combine(baseDirectory, "plugins")], options.Plugins, workingDirectory);
        Append(values, below, "KernelHost:AgentDirectories", [Path.Combine(baseDirectory, "agents"), Path.Combine(workingDirectory, "agents")], options.Agents, workingDirectory);
        builder.AddInMemoryCollection(values);
    }

    // Directories of the command line come on top of the configured ones, and those in turn replace the defaults.
    private static void Append(
        Dictionary<string, string?> values, IConfiguration below, string key, IEnumerable<string> defaults, IReadOnlyList<string> added, string workingDirectory)
    {
        var configured = below.GetSection(key).GetChildren().ToList();
        var next = configured.Select(child => int.TryParse(child.Key, CultureInfo.InvariantCulture, out var index) ? index + 1 : 0).DefaultIfEmpty(0).Max();
        var first = configured.Count == 0 ? defaults.Where(Directory.Exists) : [];
        foreach (var directory in first.Concat(added.Select(directory => Path.GetFullPath(directory, workingDirectory))))
        {
            values[string.Create(CultureInfo.InvariantCulture, $"{key}:{next++}")] = directory;
        }
    }
}
