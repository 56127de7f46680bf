namespace KernelHost.Runs.Effects;

/// <summary>What bounds one call of a tool, whoever wrote the tool.</summary>
public sealed record ToolLimits
{
    /// <summary>How long a call of a tool that declares no time-out may take, from one second to one day.</summary>
    /// <value>100 seconds</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long a tool whose token was cancelled has to come back before it is left alone.</summary>
    /// <value>Five seconds</value>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a call that may be repeated is made at most when a transient fault ends it, from 1 to 10.</summary>
    /// <value>3</value>
    public int Attempts { get; init; } = 3;

    /// <summary>The most bytes of UTF-8 of one result that a model reads, from 1 KiB to 16 MiB. The whole result is kept, and can be read on in.</summary>
    /// <value>64 KiB</value>
    public int ResultBytes { get; init; } = 64 << 10;
}
