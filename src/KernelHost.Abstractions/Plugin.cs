namespace KernelHost;

/// <summary>The entry point of a plugin: it says what the plugin contributes.</summary>
/// <remarks>
/// An assembly holds at most one non-abstract subclass, with a public parameterless constructor. An assembly without one
/// contributes every public class that has <c>[KernelFunction]</c> methods. The host calls <see cref="Configure"/> once per load.
/// </remarks>
public abstract class Plugin
{
    /// <summary>Declares the contributions and registers the services they need.</summary>
    /// <param name="builder">Collects contributions and services. Do no I/O here: the build also runs this method to write the manifest.</param>
    public abstract void Configure(PluginBuilder builder);
}
