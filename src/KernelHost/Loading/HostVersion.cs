using System.Reflection;
using NuGet.Versioning;

namespace KernelHost.Loading;

/// <summary>The version plugins are checked against: that of the contract this host was built with.</summary>
public static class HostVersion
{
    /// <summary>The version of KernelHost.Abstractions.</summary>
    public static SemanticVersion Current { get; } = Of(typeof(Plugin).Assembly) ?? new SemanticVersion(0, 0, 0);

    /// <summary>The range a plugin works with when it says nothing: from <paramref name="version"/> up to the next major version.</summary>
    internal static string DefaultRange(Version version) => $"[{version.Major}.{version.Minor}.{Math.Max(version.Build, 0)}, {version.Major + 1}.0.0)";

    /// <summary>The SemVer version of an assembly without build metadata, or <see langword="null"/> when it has none.</summary>
    internal static SemanticVersion? Of(Assembly assembly)
    {
        var text = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        return SemanticVersion.TryParse(text ?? "", out var version) ? version : null;
    }
}
