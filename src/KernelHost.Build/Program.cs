using KernelHost.Loading;
using KernelHost.Manifests;

// kernelhost-build manifest <assembly> --output <plugin.json>
// Errors are written the way MSBuild recognises them: "file: error KH0001: message".
if (args is not ["manifest", var assembly, "--output", var output])
{
    return Fail(null, ProblemCodes.Usage, "Usage: kernelhost-build manifest <assembly> --output <plugin.json>");
}

try
{
    var manifest = ManifestWriter.Write(ManifestBuilder.Build(assembly));
    File.WriteAllBytes(output, manifest);
    return 0;
}
catch (PluginException exception)
{
    foreach (var problem in exception.Problems)
    {
        Fail(assembly, problem.Code, problem.JsonPath is null ? problem.Message : $"{problem.JsonPath}: {problem.Message}");
    }

    return 1;
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
{
    return Fail(assembly, ProblemCodes.Usage, exception.Message);
}

static int Fail(string? file, string code, string message)
{
    // One line: MSBuild takes the second for ordinary output.
    Console.Error.WriteLine($"{file ?? "kernelhost-build"}: error {code}: {message.ReplaceLineEndings(" ")}");
    return 1;
}
