using System.Globalization;
using System.Text;
using KernelHost.Models;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.State;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs;

/// <summary>
/// The answer of a run that reached a limit. While tokens and time are left the model writes it, without tools; otherwise the
/// host says what was done, so that nobody is left without an answer.
/// </summary>
internal sealed class WrapUp(BoundAgent agent, SessionWriter session, RunSpending spending, ModelStep model)
{
    private RunState Run => session.State.Run!;

    /// <returns>The answer, and whether the model wrote it.</returns>
    public async ValueTask<(string Text, bool IsOfModel)> AnswerAsync(string limit, CancellationToken cancellationToken)
    {
        var timeLeft = agent.Limits.WallTime - Run.ActiveUntil(session.Clock.GetUtcNow());
        if (timeLeft <= TimeSpan.Zero || spending.Reserve(out _) is not null)
        {
            return (Describe(limit, session.State), false);
        }

        try
        {
            return await AskAsync(limit, cancellationToken) is { Length: > 0 } answer ? (answer, true) : (Describe(limit, session.State), false);
        }
        catch (ModelException)
        {
            return (Describe(limit, session.State), false);
        }
    }

    // The request to wrap up is the host's and is for this one call: it does not stay in the conversation.
    private async ValueTask<string?> AskAsync(string limit, CancellationToken cancellationToken)
    {
        var options = agent.WrapUpOptions.Clone();
        options.Instructions = $"{Why(limit)} Answer now with what is known, without tools. Say what could not be done.";
        await model.NextAsync(options, cancellationToken);
        return Run.FinalText;
    }

    private static string Why(string limit) => limit == LoopWatch.Limit ? "You have made the same calls again and again." : $"You have reached the limit of {limit}.";

    /// <summary>The host's own words for a run that has nothing left to ask the model with.</summary>
    public static string Describe(string limit, SessionState session)
    {
        var run = session.Run!;
        var text = new StringBuilder()
            .Append(limit == LoopWatch.Limit ? "Stopped, because the same was done again and again, before the request was finished. " : $"Stopped at the limit of {limit} before the request was finished. ")
            .Append(CultureInfo.InvariantCulture, $"{run.Steps} model calls and {run.ToolCalls} tool calls were made.");
        foreach (var message in session.Messages.Where(message => message.Role == ChatRole.Tool).TakeLast(1))
        {
            foreach (var result in message.Contents.OfType<FunctionResultContent>())
            {
                var line = result.Result?.ToString() ?? "";
                text.AppendLine().Append("Last result: ").Append(line.Length > 500 ? line[..500] + "…" : line);
            }
        }

        return text.ToString();
    }
}
