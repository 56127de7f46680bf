using System.Globalization;
using KernelHost.Models;
using KernelHost.Policy.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Routing;
using KernelHost.Runs.State;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// Sets aside what a model call of a run may use, before it, and says what it did use, after it. Holds nothing that has to survive: what was
/// used is in the journal, and what a process that died had set aside follows from it.
/// </summary>
/// <remarks>Not thread-safe; the run's loop owns it.</remarks>
internal sealed class RunSpending(BoundAgent agent, SessionWriter session)
{
    private ModelReservation? _reserved;
    private ChatModel? _cheaper;
    private ModelCharge? _cutOff;
    private string? _cutOffId;
    private string _id = "";

    private RunState Run => session.State.Run!;

    /// <summary>The model to ask instead of the agent's own, when only that one can still be paid; <see langword="null"/> otherwise.</summary>
    public BoundModel? Instead => _cheaper is { } model
        ? new BoundModel(model.Name, model.Client) { Provider = model.Provider, ModelId = model.ModelId, ContextTokens = model.ContextTokens, CompactAtPercent = model.CompactAtPercent, Price = model.Price }
        : null;

    private ModelPrice? Price => _cheaper is null ? agent.DearestPrice : _cheaper.Price;

    private int? MaxOutputTokens => _cheaper is null ? agent.MaxOutputTokens : _cheaper.MaxOutputTokens;

    private RunAccounts Accounts => session.Guards.Accounts;

    /// <summary>What a reply took of the budgets that its run shares.</summary>
    public static BudgetUse Use(ModelReplied reply)
    {
        var used = new Spent();
        used.Apply(reply);
        return new BudgetUse
        {
            InputTokens = used.InputTokens,
            OutputTokens = used.OutputTokens,
            Money = used.CostMicros,
            ModelCalls = used.ModelCalls,
            Steps = 1,
            WallTimeMs = (long)reply.DurationMs,
        };
    }

    /// <summary>What a call without a reply took of them.</summary>
    public static BudgetUse Use(ModelCharge? charge) => charge is null
        ? default
        : new BudgetUse { InputTokens = charge.InputTokens, OutputTokens = charge.OutputTokens, Money = charge.CostMicros ?? 0, ModelCalls = 1, Steps = 1 };

    /// <summary>What a call that was under way when a process died is charged with, or <see langword="null"/> when none can have been.</summary>
    public static ModelCharge? InFlight(BoundAgent agent, SessionState session)
    {
        var run = session.Run!;

        // Only while the model has the word can it have been asked: no call and no question for more is open, and there is no answer yet.
        var mayHaveAsked = run is { Status: RunStatus.Running, OpenCalls.Count: 0, TopUp: null, IsAnswered: false, Ended: false };
        return mayHaveAsked && Refusal(agent, session, out var reservation, out _) is null ? reservation.ToCharge() : null;
    }

    /// <summary>The limit of the run's own that leaves no room for one more model call; <see langword="null"/> when there is room.</summary>
    public static string? Refusal(BoundAgent agent, SessionState session) => Refusal(agent, session, out _, out _);

    /// <summary>Sets aside one more model call.</summary>
    /// <param name="shared">Whether a budget that the run shares with others refused it, rather than a limit of its own.</param>
    /// <returns>The limit in words when there is no room for it; nothing is set aside then.</returns>
    public string? Reserve(out bool shared)
    {
        shared = false;
        var refusal = Refusal(agent, session.State, out var reservation, out _cheaper);
        if (refusal is null && Accounts.Any)
        {
            refusal = ReserveShared(ref reservation);
            shared = refusal is not null;
        }

        _reserved = refusal is null ? reservation : null;
        return refusal;
    }

    /// <summary>The charge for the model call that is set aside, when nobody learns what it really used.</summary>
    public ModelCharge? Reserved => _reserved?.ToCharge();

    /// <summary>The least that the model call that is set aside will use.</summary>
    public ModelCharge? Least => _reserved is { } reserved
        ? new ModelCharge(reserved.InputTokens, Math.Min(reserved.OutputTokens, ModelPlan.SmallestAnswer), Price?.Cost(reserved.InputTokens, Math.Min(reserved.OutputTokens, ModelPlan.SmallestAnswer)))
        : null;

    /// <summary>Sets the model call aside anew: the conversation is shorter now, and its summary has used something.</summary>
    /// <returns>Whether there is still room for it.</returns>
    public bool TryReserveAnew()
    {
        if (_reserved is not null && Accounts.Any)
        {
            Accounts.Settle(_id, default(BudgetUse), sequence: 0);
        }

        return Reserve(out _) is null;
    }

    /// <summary>The options with as much room for the answer as was set aside. A copy only where the model could otherwise write past a limit.</summary>
    public ChatOptions Cap(ChatOptions options)
    {
        if (_reserved is not { } reserved || !(_cheaper is not null || Accounts.Any || ModelPlan.IsCapped(agent.Limits, reserved, MaxOutputTokens)))
        {
            return options;
        }

        options = options.Clone();
        options.MaxOutputTokens = (int)Math.Min(reserved.OutputTokens, int.MaxValue);
        options.ModelId = _cheaper?.ModelId ?? options.ModelId;
        return options;
    }

    /// <summary>What a reply used. A provider that does not count is charged by the host's guess.</summary>
    public ReplyUsage Settle(ChatResponse response, IReadOnlyList<ProposedCall> calls, BoundModel model)
    {
        _reserved = null;
        var usage = response.Usage;
        var estimated = usage?.InputTokenCount is null && usage?.OutputTokenCount is null;
        var input = estimated ? Estimate(agent, session.State) : usage!.InputTokenCount ?? 0;
        var output = estimated ? TokenCount.OfReply(response.Text, calls) : usage!.OutputTokenCount ?? 0;
        var cached = usage?.CachedInputTokenCount;
        return new ReplyUsage(input, output, cached, estimated, Priced(model.Price?.Cost(input, output, cached ?? 0)));
    }

    /// <summary>The reply is staged; the budgets that the run shares are settled once it is durable.</summary>
    public void Settled(ModelReplied reply)
    {
        if (Accounts.Any)
        {
            Accounts.Settle(_id, Use(reply), reply.Sequence);
        }
    }

    /// <summary>No reply came.</summary>
    /// <param name="exception">Why; <see langword="null"/> for a cancellation.</param>
    public void CutOff(ModelException? exception)
    {
        _cutOff = exception is null or { MayBeBilled: true } ? _reserved?.ToCharge() : null;
        _cutOffId = _reserved is null ? null : _id;
        _reserved = null;
    }

    /// <summary>The model is not asked after all: the run turned out to be cancelled or paused.</summary>
    public void Release()
    {
        if (_reserved is not null && Accounts.Any)
        {
            Accounts.Settle(_id, default(BudgetUse), session.State.Sequence + 1);
        }

        _reserved = null;
    }

    /// <summary>The charge for a call that was cut off, once, for the event that comes next. What was reserved for one that was not made is given back.</summary>
    public ModelCharge? TakeUnsettled()
    {
        Release();
        var charge = _cutOff;
        if (_cutOffId is { } id && Accounts.Any)
        {
            Accounts.Settle(id, Use(charge), session.State.Sequence + 1);
        }

        (_cutOff, _cutOffId) = (null, null);
        return charge;
    }

    // Where the usual answer does not fit into a shared budget, a shorter one may.
    private string? ReserveShared(ref ModelReservation reservation)
    {
        _id = ModelCallId.Next(Run);
        while (true)
        {
            var refusal = Accounts.Reserve(_id, new BudgetUse
            {
                InputTokens = reservation.InputTokens,
                OutputTokens = reservation.OutputTokens,
                Money = reservation.CostMicros ?? 0,
                ModelCalls = 1,
                Steps = 1,
            });
            if (refusal is null)
            {
                return null;
            }

            var answer = refusal.Measure switch
            {
                BudgetMeasure.Tokens => refusal.Left - reservation.InputTokens,
                BudgetMeasure.OutputTokens => refusal.Left,
                BudgetMeasure.Money when Price is { } price => price.OutputFor(refusal.Left - price.Cost(reservation.InputTokens, 0)),
                _ => 0,
            };
            if (answer < ModelPlan.SmallestAnswer || answer >= reservation.OutputTokens)
            {
                return refusal.Limit;
            }

            reservation = new ModelReservation(reservation.InputTokens, answer, Priced(Price?.Cost(reservation.InputTokens, answer)));
        }
    }

    // What costs nothing is not worth a word in every event.
    private static long? Priced(long? cost) => cost > 0 ? cost : null;

    // Where a call does not fit with the agent's own model, it may with the cheaper one.
    private static string? Refusal(BoundAgent agent, SessionState session, out ModelReservation reservation, out ChatModel? cheaper)
    {
        var (spent, input) = (session.Run!.Spent, Estimate(agent, session));
        cheaper = null;
        var refusal = ModelPlan.Refusal(agent.Limits, spent, input, agent.DearestPrice, agent.MaxOutputTokens, out reservation);
        if (refusal is not null && agent.CheaperModel is { } other
            && ModelPlan.Refusal(agent.Limits, spent, input, other.Price, other.MaxOutputTokens, out var affordable) is null)
        {
            (refusal, reservation, cheaper) = (null, affordable, other);
        }

        return refusal;
    }

    private static long Estimate(BoundAgent agent, SessionState session) => session.Input.Tokens + (session.Input.IncludesTools ? 0 : agent.ToolTokens);
}

/// <summary>What a reply used.</summary>
internal readonly record struct ReplyUsage(long InputTokens, long OutputTokens, long? CachedInputTokens, bool Estimated, long? CostMicros);
