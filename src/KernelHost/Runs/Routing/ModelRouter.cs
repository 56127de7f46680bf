using KernelHost.Models;
using KernelHost.Planning;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Routing;

/// <summary>
/// Asks the agent's model, and where it fails for a reason that the agent lists, the next one. A model that failed is left alone for a
/// while, which the journal tells: a run that is taken up elsewhere, or replayed, goes the same way.
/// </summary>
internal sealed class ModelRouter
{
    private const int ShortestRest = 60;
    private const int LongestRest = 3600;
    private readonly BoundAgent _agent;
    private readonly SessionWriter _session;
    private readonly RunSpending _spending;
    private readonly TextWatch? _watch;
    private readonly Func<string, CancellationToken, ValueTask>? _onText;

    public ModelRouter(BoundAgent agent, SessionWriter session, RunSpending spending, RunObserver? observer)
    {
        (_agent, _session, _spending) = (agent, session, spending);
        _watch = observer is null || agent.Fallbacks.Count == 0 ? null : new TextWatch(observer);
        _onText = _watch is not null ? _watch.OnTextAsync : observer is null ? null : observer.OnTextAsync;
    }

    private RunState Run => _session.State.Run!;

    /// <param name="options">What the model is offered.</param>
    /// <param name="instead">The one model to ask in the place of all, when there is no money for another.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ModelException">No model that may be asked has an answer.</exception>
    public ValueTask<RoutedReply> AskAsync(ChatOptions options, BoundModel? instead, CancellationToken cancellationToken) =>
        instead is not null ? AskOneAsync(instead, options, null, cancellationToken)
        : _agent.Fallbacks.Count == 0 ? AskOneAsync(_agent.Model, options, null, cancellationToken) : RouteAsync(options, cancellationToken);

    /// <summary>Time has passed since the run's loop looked: before another model is asked, operators are obeyed.</summary>
    /// <exception cref="RunStoppedException">An operator has stopped the run.</exception>
    public void ThrowIfStopped()
    {
        if (_session.Guards.Stops.StoppedRun(_session.State, _session.Guards.Ancestors) is { } stopped)
        {
            throw new RunStoppedException(stopped);
        }
    }

    private async ValueTask<RoutedReply> RouteAsync(ChatOptions options, CancellationToken cancellationToken)
    {
        List<FellOver>? fell = null;
        var place = First();
        while (true)
        {
            var model = ModelAt(place);
            _watch?.Begin();
            try
            {
                return await AskOneAsync(model, model == _agent.Model ? options : For(model, options), fell, cancellationToken);
            }
            catch (ModelException exception) when (Next(place, exception.Reason) is { } next)
            {
                (fell ??= []).Add(new FellOver(model.Name, exception.Reason, RestSeconds(exception), exception.MayBeBilled ? _spending.Reserved : null));
                place = next;
                await (_watch?.RestartAsync(cancellationToken) ?? default);
                ThrowIfStopped();
            }
        }
    }

    private async ValueTask<RoutedReply> AskOneAsync(BoundModel model, ChatOptions options, List<FellOver>? fell, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _agent.Planner.NextAsync(
                new PlannerContext { Client = model.Client, Messages = _session.State.Messages, Options = options, OnText = _onText }, cancellationToken);
            return IsEmpty(response, options) ? throw Empty(model, response) : new RoutedReply(response, model, fell);
        }
        catch (Exception exception) when (exception is not ModelException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // A client or planner that fails without an explanation, be it by a cancellation nobody asked for. Its text may hold
            // anything, so it goes to the operator's log only.
            throw new ModelException(
                ModelErrorKind.Permanent,
                model.Provider,
                model.ModelId ?? "",
                $"The model of agent '{_agent.Name}' failed unexpectedly ({exception.GetType().Name}). The log has the details; resume the run to try again.",
                exception)
            {
                MayBeBilled = true,
            };
        }
    }

    // The first choice, unless it rests; then whom it fell over to, and so on.
    private int First()
    {
        var place = 0;
        while (Resting(place) is { } reason && Next(place, reason) is { } next)
        {
            place = next;
        }

        return place;
    }

    // Nothing goes to a model that the agent does not list for this reason. One that rests is better than none.
    private int? Next(int place, ModelFailureReason reason)
    {
        int? resting = null;
        for (var i = place + 1; i <= _agent.Fallbacks.Count; i++)
        {
            if (_agent.Fallbacks[i - 1].On.Contains(reason))
            {
                if (Resting(i) is null)
                {
                    return i;
                }

                resting ??= i;
            }
        }

        return resting;
    }

    private BoundModel ModelAt(int place) => place == 0 ? _agent.Model : _agent.Fallbacks[place - 1].Model;

    private ModelFailureReason? Resting(int place) => Run.Resting?.GetValueOrDefault(ModelAt(place).Name) is { } rest && rest.Until > Run.LastTime ? rest.Reason : null;

    // A conversation that is too long stays so for this run.
    private static int RestSeconds(ModelException exception) => exception.Reason == ModelFailureReason.ContextLength ? LongestRest
        : (int)Math.Clamp(Math.Ceiling(exception.RetryAfter?.TotalSeconds ?? 0), ShortestRest, LongestRest);

    private static ChatOptions For(BoundModel model, ChatOptions options)
    {
        options = options.Clone();
        options.ModelId = model.ModelId;
        return options;
    }

    private static bool IsEmpty(ChatResponse response, ChatOptions options) =>
        (options.ToolMode == ChatToolMode.None || !HasCall(response)) && string.IsNullOrWhiteSpace(response.Text);

    private static bool HasCall(ChatResponse response)
    {
        for (var i = 0; i < response.Messages.Count; i++)
        {
            var contents = response.Messages[i].Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                if (contents[j] is FunctionCallContent)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private ModelException Empty(BoundModel model, ChatResponse response) => new(
        ModelErrorKind.Temporary,
        model.Provider,
        model.ModelId ?? "",
        $"The model of agent '{_agent.Name}' returned neither text nor a call (finish reason '{response.FinishReason?.Value ?? "none"}'). Resume the run to ask again.")
    {
        MayBeBilled = true,
        Reason = response.FinishReason == ChatFinishReason.ContentFilter ? ModelFailureReason.ContentFilter : ModelFailureReason.Other,
    };

    private sealed class TextWatch(RunObserver observer)
    {
        private bool _hasText;

        public void Begin() => _hasText = false;

        // Who has been told part of an answer is told that it is void.
        public ValueTask RestartAsync(CancellationToken cancellationToken) => _hasText ? observer.OnRestartAsync(cancellationToken) : default;

        public ValueTask OnTextAsync(string text, CancellationToken cancellationToken)
        {
            _hasText = true;
            return observer.OnTextAsync(text, cancellationToken);
        }
    }
}

/// <summary>An answer, who gave it, and who did not.</summary>
internal readonly record struct RoutedReply(ChatResponse Response, BoundModel Model, IReadOnlyList<FellOver>? FellOver);
