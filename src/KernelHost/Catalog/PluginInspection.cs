using KernelHost.Loading;
using KernelHost.Manifests;
using Microsoft.Extensions.Logging;

namespace KernelHost.Catalog;

/// <summary>All there is to say about one plugin directory. The plugin is loaded to be checked, and unloaded again.</summary>
public sealed class PluginInspection
{
    private PluginInspection(string directory, PluginManifest? manifest, string? contentHash, IReadOnlyList<PluginProblem> problems)
    {
        (Directory, Manifest, ContentHash, Problems) = (directory, manifest, contentHash, problems);
    }

    /// <summary>The absolute path.</summary>
    public string Directory { get; }

    /// <summary>The manifest; <see langword="null"/> when that has errors.</summary>
    public PluginManifest? Manifest { get; }

    /// <summary>Lower-case hexadecimal SHA-256 over the plugin's files; <see langword="null"/> when there is no manifest, because then the directory may be anything.</summary>
    public string? ContentHash { get; }

    /// <summary>Errors and warnings.</summary>
    public IReadOnlyList<PluginProblem> Problems { get; }

    /// <summary>Whether a host would load the plugin.</summary>
    public bool IsValid => Problems.All(problem => problem.IsWarning);

    /// <summary>Checks the manifest, then the assembly's files, then loads it as a host does. A stage runs only when the one before found no error.</summary>
    /// <param name="directory">The plugin's directory; it need not exist.</param>
    /// <param name="loggerFactory">The log for exceptions of the plugin.</param>
    /// <param name="cancellationToken">Cancels between the stages.</param>
    public static async Task<PluginInspection> RunAsync(string directory, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        directory = Path.GetFullPath(directory);
        var reading = ManifestReader.ReadDirectory(directory);
        if (reading.Manifest is not { } manifest)
        {
            return new PluginInspection(directory, null, IsPlugin(reading) ? Loading.ContentHash.Compute(directory) : null, reading.Problems);
        }

        var problems = PluginChecks.Run(directory, manifest).Concat(PluginChecks.ShippedSharedAssemblies(directory)).ToList();
        cancellationToken.ThrowIfCancellationRequested();
        if (problems.All(problem => problem.IsWarning))
        {
            problems.AddRange(await LoadAsync(directory, manifest, loggerFactory, cancellationToken));
        }

        return new PluginInspection(directory, manifest, Loading.ContentHash.Compute(directory), problems);
    }

    // Somebody who gives '/' by mistake shall not wait until the whole disk is hashed.
    private static bool IsPlugin(ManifestReading reading) => reading.Problems.All(problem => problem.Code != ProblemCodes.ManifestMissing);

    private static async Task<IReadOnlyList<PluginProblem>> LoadAsync(
        string directory, PluginManifest manifest, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        // The plugin must not touch the data of its running twin.
        var data = System.IO.Directory.CreateTempSubdirectory("kernelhost-inspection-");
        try
        {
            var plugin = await new PluginLoading(directory, manifest, LoadSettings.ForInspection(loggerFactory, data.FullName)).RunAsync();
            await plugin.UnloadAsync(cancellationToken);
            return [];
        }
        catch (PluginException exception)
        {
            return exception.Problems;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
