using System.Text;

namespace KernelHost.Cli.Invocation;

/// <summary>Writes commands for the user to type, in the form in which this one was started, with the same places of data and files.</summary>
internal sealed class CommandEcho(CliOptions options, string baseDirectory, string workingDirectory)
{
    private const string Name = "kernelhost";

    private readonly string _program = Program(options, baseDirectory, workingDirectory);

    /// <summary>The whole command line of a command, quoted for the shell.</summary>
    public string For(params ReadOnlySpan<string> arguments)
    {
        var line = new StringBuilder(_program);
        foreach (var argument in arguments)
        {
            line.Append(' ').Append(Quote(argument));
        }

        Append(line, "--config", options.Config);
        Append(line, "--data", options.Data);
        foreach (var directory in options.Plugins)
        {
            Append(line, "--plugins", directory);
        }

        foreach (var directory in options.Agents)
        {
            Append(line, "--agents", directory);
        }

        return line.ToString();
    }

    /// <summary>Quotes for a POSIX shell, or for Windows where that is what there is.</summary>
    internal static string Quote(string argument)
    {
        if (argument.Length > 0 && argument.All(character => char.IsAsciiLetterOrDigit(character) || "-_./:=+,@\\".Contains(character, StringComparison.Ordinal)))
        {
            return OperatingSystem.IsWindows() || !argument.Contains('\\', StringComparison.Ordinal) ? argument : $"'{argument}'";
        }

        return OperatingSystem.IsWindows()
            ? $"\"{argument.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    private static void Append(StringBuilder line, string option, string? value)
    {
        if (value is not null)
        {
            line.Append(' ').Append(option).Append(' ').Append(Quote(value));
        }
    }

    // What can be typed here and now: `dotnet run` as it was used, the bare name when the shell would find this very program, else its path.
    private static string Program(CliOptions options, string baseDirectory, string workingDirectory)
    {
        // The project lies above bin/{configuration}/{framework}.
        var project = Path.GetFullPath(Path.Combine(baseDirectory, "..", "..", ".."));
        if (options.DotnetRun && Directory.Exists(project) && Directory.EnumerateFiles(project, "*.csproj").Any())
        {
            return $"dotnet run --project {Quote(Path.GetRelativePath(workingDirectory, project))} --";
        }

        var path = Environment.ProcessPath;
        if (path is null || IsOnSearchPath(path))
        {
            return Name;
        }

        // `dotnet kernelhost.dll` and test hosts: the process is not the program.
        return Path.GetDirectoryName(path) == Path.TrimEndingDirectorySeparator(baseDirectory)
            ? Quote(path)
            : $"{Quote(path)} {Quote(typeof(CommandEcho).Assembly.Location)}";
    }

    private static bool IsOnSearchPath(string path) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => new FileInfo(Path.Combine(directory, Path.GetFileName(path))))
        .Any(file => file.Exists && (file.FullName == path || file.ResolveLinkTarget(returnFinalTarget: true)?.FullName == path));
}
