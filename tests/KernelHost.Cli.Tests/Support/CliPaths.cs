using System.Reflection;

namespace KernelHost.Cli.Tests.Support;

/// <summary>Where the built command is.</summary>
internal static class CliPaths
{
    public static string Directory { get; } = typeof(CliPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "CliDirectory").Value!;

    public static string Executable { get; } = Path.Combine(Directory, OperatingSystem.IsWindows() ? "kernelhost.exe" : "kernelhost");

    public static string Plugins { get; } = Path.Combine(Directory, "plugins");
}
