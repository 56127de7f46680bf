using System.Buffers;
using KernelHost.Cli.Output;
using KernelHost.Text;

namespace KernelHost.Cli.Invocation;

/// <summary>The errors for names and ids that mean nothing.</summary>
internal static class Unknown
{
    private const int ShownLength = 100;
    private const int IdLength = 64;
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    public static UsageException Run(CliContext context, string runId) =>
        new($"There is no run {Show(runId)}. List the runs with: {context.Echo.For("runs", "list")}");

    public static UsageException Approval(CliContext context, string approvalId) =>
        new($"There is no approval {Show(approvalId)}. List the open ones with: {context.Echo.For("approvals", "list")}");

    /// <param name="kind">What it should have been.</param>
    /// <param name="name">What was given.</param>
    /// <param name="known">What there is.</param>
    /// <param name="shortNames">Other forms that would do, for the hint.</param>
    public static UsageException Name(string kind, string name, IReadOnlyCollection<string> known, params IReadOnlyCollection<string> shortNames) => new(known.Count == 0
        ? $"There is no {kind} {Show(name)}: there is none at all."
        : $"There is no {kind} {Show(name)}.{NearestName.Hint(name, known.Concat(shortNames))} Known: {TerminalText.Line(string.Join(", ", known), 1000)}.");

    /// <summary>Refuses what cannot be an id before it reaches a file name or a message of the engine.</summary>
    /// <exception cref="UsageException">It has not the form of an id.</exception>
    public static string CheckId(string kind, string prefix, string id) =>
        id.Length <= IdLength && id.StartsWith(prefix, StringComparison.Ordinal) && id.Length > prefix.Length
            && id.AsSpan(prefix.Length).IndexOfAnyExcept(IdCharacters) < 0
            ? id
            : throw new UsageException($"{Show(id)} is not the id of {kind}. It looks like '{prefix}7k2m9q1x3z4w'.");

    /// <summary>A piece of hostile input as it may stand in a message.</summary>
    public static string Show(string text) => $"'{TerminalText.Line(text, ShownLength)}'";
}
