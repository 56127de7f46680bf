using System.Text;
using System.Text.Json;

namespace KernelHost.Manifests;

/// <summary>Reads <c>plugin.json</c> and finds all its errors at once, each with file, line, column and JSON path.</summary>
public static class ManifestReader
{
    /// <summary>The name of the file that makes a directory a plugin.</summary>
    public const string FileName = "plugin.json";

    // A manifest of a thousand tools has about half a megabyte; more than this is not a manifest.
    private const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Reads the manifest of a plugin directory. Loads no code.</summary>
    /// <param name="directory">The plugin's directory.</param>
    public static ManifestReading ReadDirectory(string directory)
    {
        var file = Path.Combine(directory, FileName);
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists)
            {
                return Failed(file, ProblemCodes.ManifestMissing,
                    $"There is no '{FileName}' in '{directory}'. Build the plugin with KernelHost.Abstractions, which writes it, or give the plugin's own directory.");
            }

            return info.Length > MaxBytes
                ? Failed(file, ProblemCodes.ManifestInvalid, $"The manifest has {info.Length} bytes; at most {MaxBytes} are read.")
                : Parse(File.ReadAllBytes(file), file, directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failed(file, ProblemCodes.ManifestMissing, $"The manifest cannot be read: {exception.Message}");
        }
    }

    /// <param name="json">UTF-8, with or without a byte order mark.</param>
    /// <param name="file">Named in problems.</param>
    /// <param name="directory">Where the entry assembly must be.</param>
    internal static ManifestReading Parse(ReadOnlySpan<byte> json, string file, string directory)
    {
        json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        JsonSyntax root;
        try
        {
            root = JsonSyntax.Parse(json);
        }
        catch (JsonException exception)
        {
            return Failed(file, ProblemCodes.ManifestMalformed, $"The manifest is not valid JSON: {WithoutPosition(exception.Message)}", exception);
        }

        var binder = new ManifestBinder(json.ToArray(), file);
        var manifest = binder.Bind(root);
        if (manifest is not null)
        {
            foreach (var failure in new ManifestValidator(directory).Validate(manifest).Errors)
            {
                binder.Report($"$.{failure.PropertyName}".TrimEnd('.'), failure.ErrorMessage, failure.ErrorCode);
            }
        }

        var problems = binder.Problems;
        return new ManifestReading { Manifest = problems.Count == 0 ? manifest : null, Id = binder.Id, Problems = problems };
    }

    // "... LineNumber: 3 | BytePositionInLine: 5." counts from zero and in bytes; the problem says it properly.
    private static string WithoutPosition(string message) =>
        message.IndexOf(" LineNumber:", StringComparison.Ordinal) is var cut and >= 0 ? message[..cut] : message;

    private static ManifestReading Failed(string file, string code, string message, JsonException? exception = null) => new()
    {
        Problems =
        [
            new PluginProblem(code, message)
            {
                File = file,
                Line = (int)((exception?.LineNumber + 1) ?? 0),
                Column = (int)((exception?.BytePositionInLine + 1) ?? 0),
            },
        ],
    };
}
