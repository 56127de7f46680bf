using System.Globalization;
using KernelHost.Cli.Output;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Running;

/// <summary>A call on one line: <c>● customer-support/get_order(order_id: 1042) 12 ms</c>. The sign and a word tell the state, never a colour alone.</summary>
internal static class CallLine
{
    private const int ArgumentsLimit = 160;
    private const int TextLimit = 300;

    public static string? For(CallRecord call, RunEvent runEvent) => runEvent switch
    {
        CallCompleted completed => Completed(call, completed),
        CallFailed failed => $"{(call.Status == CallStatus.Denied ? "⊘" : "✗")} {Name(call)}: {Error(failed)}{Took(failed.DurationMs)}",
        ApprovalRequested { Kind: ApprovalKind.Action } asked => $"⏸ {Name(call)} waits for approval ({TerminalText.Line(asked.Reason, TextLimit)})",
        ApprovalRequested asked => $"⏸ {Name(call)} was interrupted and waits for a person ({TerminalText.Line(asked.Reason, TextLimit)})",
        _ => null,
    };

    /// <summary>What the model reads of a failure, and why it is so where the host says it.</summary>
    public static string Error(CallFailed failed, int limit = TextLimit) => TerminalText.Line(failed.Cause is null ? failed.Error : $"{failed.Error} {failed.Cause}", limit);

    /// <summary>Tool and arguments.</summary>
    public static string Name(CallRecord call) =>
        $"{TerminalText.Line(call.Tool, TextLimit)}({ValueText.Arguments(call.Arguments, ArgumentsLimit)})";

    public static string Duration(double milliseconds) => milliseconds >= 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms");

    private static string Completed(CallRecord call, CallCompleted completed)
    {
        var found = call.Passages is { } count ? $", {count} passage{(count == 1 ? "" : "s")}" : "";
        return $"● {(call.IsSearch ? "search " : "")}{Name(call)}{Took(completed.DurationMs)}{found}";
    }

    private static string Took(double milliseconds) => milliseconds > 0 ? $" {Duration(milliseconds)}" : "";
}
