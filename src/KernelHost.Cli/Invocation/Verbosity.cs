namespace KernelHost.Cli.Invocation;

/// <summary>How much is told on standard error.</summary>
internal enum Verbosity
{
    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>Errors, and what waits for an approval.</summary>
    Minimal,

    /// <summary>Also each tool call, and warnings.</summary>
    Normal,

    /// <summary>Also each model call, and information from the host.</summary>
    Detailed,

    /// <summary>Everything, exceptions with their stack included.</summary>
    Diagnostic,
}
