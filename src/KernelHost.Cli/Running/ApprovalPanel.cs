using System.Globalization;
using System.Text;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Text;

namespace KernelHost.Cli.Running;

/// <summary>An approval as a person reads it before answering: the exact arguments with every hidden character written out.</summary>
internal static class ApprovalPanel
{
    private const int DigestPrefix = 12;

    // A question longer than this is not read. What is cut is named, so that nobody approves by its beginning alone.
    private const int ArgumentsLimit = 20_000;
    private const int WordsLimit = 2_000;

    /// <param name="approval">The approval.</param>
    /// <param name="echo">Writes the commands that answer it.</param>
    /// <param name="modelText">What the model said when it proposed the call, when that is known.</param>
    /// <param name="full">Shows everything to its end.</param>
    public static Fields Create(ApprovalSummary approval, CommandEcho echo, string? modelText = null, bool full = false)
    {
        var now = TimeProvider.System.GetUtcNow();
        var details = approval.Details;
        var fields = new Fields($"{ApprovalWords.Title(approval, now)} {approval.ApprovalId}")
            .Add("Tool", $"{approval.Tool} (plugin version {approval.PluginVersion})")
            .AddBlock("Arguments", Shorten(ValueText.Pretty(approval.Arguments), ArgumentsLimit, approval, echo, full));
        if (details.OriginalArguments is { } original)
        {
            fields.AddBlock("Changed", $"by {TerminalText.Line(details.EditedBy ?? "")}; the model proposed\n{Shorten(ValueText.Pretty(original), ArgumentsLimit, approval, echo, full)}");
        }

        fields.Add("Reason", approval.Reason);
        if (details.Untrusted.Count > 0)
        {
            fields.AddBlock("Not trusted", string.Join('\n', details.Untrusted.Select(static value => TerminalText.Line($"{value.Argument} = {value.Value}: {value.Source}"))));
        }

        fields.Add("Rule", details.Rule)
            .Add("For", details.Principal is null ? null : $"{details.Principal}{(details.Integrity is { } label ? $" (the model had read {label.ToString().ToLowerInvariant()} content)" : "")}");
        if (!string.IsNullOrWhiteSpace(modelText))
        {
            fields.AddBlock("Model's words", $"(not checked by anybody)\n{Shorten(VisibleText.Escape(modelText.ReplaceLineEndings("\n"), keepLines: true), WordsLimit, approval, echo, full)}");
        }

        AddDifferences(fields, details);
        AddTerms(fields, approval, now);
        fields.Add("Digest", !full && approval.Digest.Length > DigestPrefix ? approval.Digest[..DigestPrefix] + "…" : approval.Digest)
            .Add("Run", approval.RunId);
        if (approval.At(now).Status == ApprovalStatus.Pending)
        {
            foreach (var (name, command) in ApprovalCommands.For(approval, echo))
            {
                fields.Commands[ApprovalCommands.Label(name)] = command;
            }
        }
        else
        {
            fields.Add("Answer", approval.Answer is { } answer ? $"{ApprovalWords.Of(answer)} by {approval.DecidedBy}{(details.SelfApproved ? ", for whom the run works" : "")}" : null)
                .Add("Because", approval.AnswerReason)
                .Add("In place of it", details.Response)
                .Add("Asked again", details.ReplacedBy);
        }

        return fields;
    }

    // Field by field, so that a person sees what it is that he has not approved yet.
    private static void AddDifferences(Fields fields, ApprovalDetails details)
    {
        if (details.Differences.Count > 0)
        {
            fields.AddBlock("Changed since", string.Join('\n', details.Differences.Select(difference =>
                $"{difference.Field}: {TerminalText.Line(difference.Before)} -> {TerminalText.Line(difference.After)}")));
        }

        fields.Add("Instead of", details.Replaces);
    }

    private static void AddTerms(Fields fields, ApprovalSummary approval, DateTimeOffset now)
    {
        var terms = approval.Details.Terms;
        fields.Add("Approvers", terms?.Approvers is { } roles ? string.Join(", ", roles) : null)
            .Add("Approved", approval.Quorum > 1 ? ApprovalWords.Votes(approval) : null)
            .Add("Expires", approval.ExpiresAt is { } expires ? $"{Times.Local(expires)}{(approval.At(now).Status == ApprovalStatus.Pending ? $" (in {In(expires - now)})" : "")}" : null)
            .Add("Escalates", approval.EscalatesAt is { } escalates
                ? $"{Times.Local(escalates)} to {string.Join(", ", terms!.EscalateTo ?? [])}{(approval.IsEscalated(now) ? " (they may answer now)" : "")}"
                : null);
    }

    // Minutes are enough for what lies hours ahead.
    private static string In(TimeSpan time) => Duration.Format(time >= TimeSpan.FromHours(1) ? TimeSpan.FromMinutes(Math.Floor(time.TotalMinutes)) : time);

    private static string Shorten(string text, int limit, ApprovalSummary approval, CommandEcho echo, bool full)
    {
        if (full || text.Length <= limit)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit;
        return new StringBuilder(text, 0, end, limit + 200)
            .Append(CultureInfo.InvariantCulture, $"\n… {text.Length - end} more characters. Read all of them before you approve: {echo.For("approvals", "show", approval.ApprovalId, "--full")}")
            .ToString();
    }
}
