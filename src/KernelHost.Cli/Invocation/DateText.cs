using System.CommandLine;
using System.Globalization;

namespace KernelHost.Cli.Invocation;

/// <summary>Options that take a day or a time.</summary>
internal static class DateText
{
    private static readonly string[] Forms =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <exception cref="UsageException">It is neither.</exception>
    public static DateTimeOffset? Read(CliContext context, Option<string?> option) => context.Get(option) switch
    {
        null => null,
        var text when DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        var text => throw new UsageException($"{Unknown.Show(text)} is no value of {option.Name}. Give a date like 2026-11-23, or a time like 2026-11-23T09:30:00Z."),
    };
}
