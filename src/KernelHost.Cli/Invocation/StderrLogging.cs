using KernelHost.Cli.Output;
using Microsoft.Extensions.Logging;

namespace KernelHost.Cli.Invocation;

/// <summary>The host's log as lines on standard error. Prompts, arguments and secrets are never logged by the host, so none can appear here.</summary>
internal sealed class StderrLogging(Screen screen, Verbosity verbosity) : ILoggerFactory
{
    // What a run does and what goes wrong in it is shown as it happens; its log lines would say it twice.
    private const string RunCategory = "KernelHost.Runs";

    public ILogger CreateLogger(string categoryName) => new Logger(screen, LevelFor(categoryName), verbosity == Verbosity.Diagnostic, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The log goes to standard error only.");

    public void Dispose()
    {
    }

    private LogLevel LevelFor(string category) => verbosity switch
    {
        Verbosity.Quiet => LogLevel.None,
        Verbosity.Minimal => LogLevel.Error,
        Verbosity.Normal => category.StartsWith(RunCategory, StringComparison.Ordinal) ? LogLevel.None : LogLevel.Warning,
        Verbosity.Detailed => LogLevel.Information,
        _ => LogLevel.Debug,
    };

    private sealed class Logger(Screen screen, LogLevel level, bool withExceptions, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= level;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var word = logLevel switch
            {
                LogLevel.Critical or LogLevel.Error => "error",
                LogLevel.Warning => "warning",
                LogLevel.Information => "info",
                _ => "debug",
            };
            screen.Tell(TerminalText.Prose($"{word}: {formatter(state, exception)}"));
            if (withExceptions && exception is not null)
            {
                screen.Tell(TerminalText.Prose($"{category}: {exception}"));
            }
        }
    }
}
