using KernelHost.Cli.Output;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Running;

/// <summary>A remembered approval in full, before somebody agrees to it.</summary>
internal static class RememberedPanel
{
    public static Fields Create(RememberedApproval remembered)
    {
        var fields = new Fields($"From now on this is allowed without asking: {remembered.RememberedId}")
            .Add("Tool", $"{remembered.Tool} (files {remembered.ContentHash[..Math.Min(12, remembered.ContentHash.Length)]}…, schema {remembered.SchemaHash[..Math.Min(12, remembered.SchemaHash.Length)]}…)")
            .AddBlock("Exactly", Exactly(remembered))
            .Add("Any value", string.Join(", ", remembered.AnyValue))
            .Add("For", remembered.Principal)
            .Add("Agent", remembered.Agent)
            .Add("Session", remembered.SessionId ?? "every session")
            .Add("Read before", $"{remembered.Integrity.ToString().ToLowerInvariant()} content at worst")
            .Add("Not trusted", remembered.Untrusted.Count == 0 ? null : $"{string.Join(", ", remembered.Untrusted)}: from untrusted content, with this very value")
            .Add("Rule", $"only while '{remembered.Rule}' asks as it does today")
            .Add("Until", Times.Local(remembered.ExpiresAt))
            .Add("By", remembered.CreatedBy);
        return fields;
    }

    private static string Exactly(RememberedApproval remembered) => remembered.Arguments.Count == 0
        ? "(no argument is fixed)"
        : string.Join('\n', remembered.Arguments.Select(argument => $"{TerminalText.Line(argument.Key)} = {ValueText.Value(argument.Value, int.MaxValue)}"));
}
