namespace KernelHost.Manifests;

/// <summary>The codes of <see cref="PluginProblem"/>. A code is never reused for something else.</summary>
public static class ProblemCodes
{
    /// <summary>The command line of the build tool, or a file it was given, is wrong.</summary>
    public const string Usage = "KH0001";

    /// <summary>There is no <c>plugin.json</c>, or it cannot be read.</summary>
    public const string ManifestMissing = "KH0101";

    /// <summary><c>plugin.json</c> is not JSON.</summary>
    public const string ManifestMalformed = "KH0102";

    /// <summary>A field of <c>plugin.json</c> is missing, unknown or has a value that is not allowed.</summary>
    public const string ManifestInvalid = "KH0103";

    /// <summary>The plugin does not work with this version of the host.</summary>
    public const string HostRange = "KH0104";

    /// <summary>Two plugins have one id.</summary>
    public const string DuplicateId = "KH0105";

    /// <summary>Two contributions have one name.</summary>
    public const string NameCollision = "KH0106";

    /// <summary>The file is not a .NET assembly.</summary>
    public const string BadImage = "KH0201";

    /// <summary>The assembly was built for a framework that this host does not run.</summary>
    public const string WrongFramework = "KH0202";

    /// <summary>The plugin was compiled against a newer version of an assembly that the host provides.</summary>
    public const string SharedAssemblyTooOld = "KH0203";

    /// <summary>An assembly the plugin needs is not in its directory.</summary>
    public const string MissingDependency = "KH0204";

    /// <summary>The plugin ships an assembly that the host provides; the copy is ignored.</summary>
    public const string ShipsSharedAssembly = "KH0205";

    /// <summary>A directory inside the plugin's directory is a link.</summary>
    public const string LinkedDirectory = "KH0206";

    /// <summary>The assembly has no contribution, or more than one entry point.</summary>
    public const string EntryPoint = "KH0301";

    /// <summary>A method cannot be offered as a tool.</summary>
    public const string ToolSignature = "KH0302";

    /// <summary>The assembly does not contribute what the manifest declares.</summary>
    public const string ManifestMismatch = "KH0303";

    /// <summary>Code of the plugin failed while it was loaded.</summary>
    public const string LoadFailed = "KH0304";

    /// <summary>A method that stands by a tool does not fit it, or one that the tool needs is missing.</summary>
    public const string ToolCompanion = "KH0305";
}
