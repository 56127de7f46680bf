using System.Diagnostics;
using KernelHost.Planning;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Telemetry;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs;

/// <summary>One model call of a run: asks the planner, measures, and stages what came back.</summary>
internal sealed class ModelStep(BoundAgent agent, SessionWriter session, RunObserver? observer)
{
    private readonly Func<string, CancellationToken, ValueTask>? _onText = observer is null ? null : observer.OnTextAsync;
    private readonly string _spanName = $"chat {agent.ModelId ?? agent.Provider}";

    /// <summary>Asks for the next step and stages it. What was staged before is made durable first.</summary>
    public async ValueTask NextAsync(ChatOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await session.FlushAsync();
        var run = session.State.Run!;
        using var activity = HostTelemetry.Source.StartActivity(_spanName, ActivityKind.Client);
        var started = session.Clock.GetTimestamp();
        var response = await agent.Planner.NextAsync(
            new PlannerContext { Client = agent.Client, Messages = session.State.Messages, Options = options, OnText = _onText }, cancellationToken);
        var duration = session.Clock.GetElapsedTime(started);
        var reply = ReadReply(response, run, duration, offersTools: options.ToolMode != ChatToolMode.None);
        ModelTelemetry.Record(activity, agent, session.State, reply);
        session.Stage(reply);
    }

    private static ModelReplied ReadReply(ChatResponse response, RunState run, TimeSpan duration, bool offersTools)
    {
        var step = run.Steps + 1;
        return new ModelReplied
        {
            RunId = run.RunId,
            Step = step,
            Text = response.Text,
            Calls = offersTools ? ReadCalls(response, step) : [],
            Model = response.ModelId,
            InputTokens = response.Usage?.InputTokenCount ?? 0,
            OutputTokens = response.Usage?.OutputTokenCount ?? 0,
            DurationMs = duration.TotalMilliseconds,
        };
    }

    private static List<ProposedCall> ReadCalls(ChatResponse response, int step)
    {
        List<ProposedCall>? calls = null;
        foreach (var message in response.Messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is FunctionCallContent call)
                {
                    calls ??= [];
                    calls.Add(ReadCall(call, CallIds.Get(step, calls.Count + 1), calls));
                }
            }
        }

        return calls ?? [];
    }

    // A result is paired with its call by the model's id, so an id that is missing or used twice in a reply is replaced by ours.
    private static ProposedCall ReadCall(FunctionCallContent call, string callId, List<ProposedCall> earlier) => new()
    {
        CallId = callId,
        ModelCallId = string.IsNullOrEmpty(call.CallId) || earlier.Exists(other => other.ModelCallId == call.CallId) ? $"call_{callId.Replace('.', '_')}" : call.CallId,
        Name = call.Name,
        Arguments = call.Arguments,
        ArgumentsError = call.Exception is null ? null : "The arguments are not a JSON object.",
    };
}
