using System.Diagnostics.CodeAnalysis;
using KernelHost.Loading;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs;

internal sealed partial class ToolInvoker
{
    private ToolCancellation? _shared;
    private CancellationToken _sharedOuter;

    private ValueTask<object?> AttemptAsync(in ToolWork work, ToolUse use, CancellationToken cancellationToken)
    {
        var request = Request(work, use);
        return use.Alone && work.Call.Bound!.Pace.IsQuick
            ? _bounded.WaitAsync(BeginHere(request, cancellationToken), request, _shared, cancellationToken)
            : _bounded.RunAsync(request, cancellationToken);
    }

    // The ordinary case of a quick tool: what it answers is there, and can be recorded as it is. Anything else is left to who can wait for it.
    private bool AnswersAtOnce(in ToolWork work, ToolUse use, out object? answer, out ValueTask<object?> begun, CancellationToken cancellationToken)
    {
        (answer, begun) = (null, default);
        try
        {
            var request = Request(work, use);
            var running = BeginHere(request, cancellationToken);
            if (running.IsCompletedSuccessfully)
            {
                answer = running.Result.GetValue<object>();
                if (IsJson(answer) && JournalValues.Problem(answer) is null)
                {
                    return true;
                }
            }

            begun = _bounded.WaitAsync(running, request, _shared, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever it is, it goes where the failures of tools are dealt with.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Arguments whose names differ in case only, or a result that throws when it is looked at.
            begun = ValueTask.FromException<object?>(exception);
        }

        return false;
    }

    private BoundedRequest Request(in ToolWork work, ToolUse use)
    {
        var tool = work.Call.Bound!.Tool;
        var arguments = Arguments(work.Call, work.Client, out var context);
        return new BoundedRequest(tool.Function, tool.QualifiedName, context, arguments, tool.Timeout ?? agent.ToolLimits.Timeout) { Slot = use.Slot };
    }

    // A tool that has proved to answer at once is invoked right here, under a token that the calls of the run share one after another.
    [MemberNotNull(nameof(_shared))]
    private Task<FunctionResult> BeginHere(in BoundedRequest request, CancellationToken cancellationToken)
    {
        if (_shared is null || _shared.Token.IsCancellationRequested || _sharedOuter != cancellationToken)
        {
            _shared?.Dispose();
            (_shared, _sharedOuter) = (new ToolCancellation(log, cancellationToken), cancellationToken);
        }

        return agent.Kernel.InvokeAsync(request.Function, request.Arguments, _shared.Token);
    }

    // Returns whether to try again: not when the run has come to its end meanwhile.
    private async ValueTask<bool> PauseAsync(ProposedCall call, int attempt, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            await session.Pause(RetryDelay.After($"{Run.RunId}/{call.CallId}", attempt), patience);
            return true;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private KernelArguments Arguments(CallState call, PluginChatClient? client, out ToolContext context)
    {
        var arguments = call.Arguments is null ? [] : new KernelArguments(call.Arguments);
        arguments[ToolInvocation.ContextKey] = context = new ToolContext
        {
            SessionId = session.State.SessionId,
            RunId = Run.RunId,
            CallId = call.CallId,
            Principal = Run.Started.Principal,
            Agent = agent.Name,
            Integrity = call.Integrity,
            ChatClient = client!,
        };
        return arguments;
    }
}
