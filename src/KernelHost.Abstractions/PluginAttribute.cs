namespace KernelHost;

/// <summary>Names the plugin. Without it the id is the assembly name in kebab case.</summary>
/// <param name="id">Lower-case letters, digits and hyphens, starting with a letter, at most 64 characters, for example <c>customer-support</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PluginAttribute(string id) : Attribute
{
    /// <summary>The id, unique among the plugins of a host.</summary>
    public string Id { get; } = id;

    /// <summary>One or two sentences for the catalog.</summary>
    public string? Description { get; set; }

    /// <summary>The host versions the plugin works with, as a NuGet version range such as <c>[0.1,1.0)</c>.</summary>
    /// <value>From the version of KernelHost.Abstractions it was compiled against up to the next major version.</value>
    public string? HostRange { get; set; }
}
