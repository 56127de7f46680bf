namespace KernelHost.Cli.Invocation;

/// <summary>What the process returns. Documented in the help and in docs/cli.md; scripts rely on them.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int WaitingForApproval = 3;
    public const int Stopped = 4;
    public const int Cancelled = 5;
    public const int Paused = 6;
    public const int Interrupted = 130;

    /// <summary>For the help, one line each.</summary>
    public const string Description = """
        Exit codes:
          0    done
          1    failed; a replay that differs, a journal that was changed,
               an evaluation below its threshold or worse than its baseline
          2    the command line, the configuration or a file it names is wrong
          3    the run waits for an approval
          4    a limit stopped the run, or the policy denied one of its actions;
               'policy replay': a call that succeeded would be blocked
          5    somebody cancelled the run
          6    somebody paused the run
          130  interrupted with Ctrl+C
        """;
}
