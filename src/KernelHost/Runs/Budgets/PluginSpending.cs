using System.Globalization;
using KernelHost.Policy.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Routing;
using KernelHost.Runs.State;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// Sets aside and counts what plugins use of a run by asking the model themselves. Until the outcome of a call is in the journal, what it used is
/// counted here; then it is part of what the run has used. Safe for concurrent use: calls run side by side.
/// </summary>
internal sealed class PluginSpending(BoundAgent agent, SessionWriter session)
{
    private readonly Lock _gate = new();
    private readonly HashSet<PluginCall> _open = [];
    private ModelCharge _reserved = new(0, 0, 0);

    // What is asked inside of a tool is lesser work: to take something out of a text, to put passages in order.
    private readonly BoundModel _model = agent.Extraction ?? agent.Model;

    /// <summary>The model that tools ask.</summary>
    public IChatClient Client => _model.Client;

    /// <summary>A client for one call.</summary>
    public PluginChatClient Open(PluginCall call)
    {
        lock (_gate)
        {
            _open.Add(call);
        }

        return new PluginChatClient(this, call);
    }

    /// <summary>The outcome of the call is in the run: what it used is counted there from now on.</summary>
    public void Close(PluginCall call)
    {
        lock (_gate)
        {
            _open.Remove(call);
        }
    }

    /// <summary>Sets aside one model call.</summary>
    /// <exception cref="ToolException">An operator has stopped it, or there is no room for it; the message may be shown to the model.</exception>
    public (string Id, ModelReservation Amount) Reserve(PluginCall call, int number, IList<ChatMessage> messages, ChatOptions? options, out ChatOptions capped)
    {
        var guards = session.Guards;
        if ((guards.Stops.StoppedRun(session.State, guards.Ancestors) ?? guards.Stops.StoppedCall(call.CallId, call.Tool)) is { } stopped)
        {
            throw new ToolException($"The model is not asked. {stopped}");
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{call.CallId}/m{number}");
        var largest = options?.MaxOutputTokens is { } asked ? Math.Min(asked, _model.MaxOutputTokens ?? asked) : _model.MaxOutputTokens;
        ModelReservation amount;
        lock (_gate)
        {
            var refusal = ModelPlan.Refusal(agent.Limits, Spent(), Input(messages, options), _model.Price, largest, out amount)
                ?? guards.Accounts.Reserve(id, Use(amount), call.Tool.PluginId)?.Limit;
            if (refusal is not null)
            {
                throw new ToolException($"The model is not asked: the run has reached its limit of {refusal}.");
            }

            _reserved = new ModelCharge(_reserved.InputTokens + amount.InputTokens, _reserved.OutputTokens + amount.OutputTokens, _reserved.CostMicros + (amount.CostMicros ?? 0));
        }

        // This model and no other: another one would have another price.
        capped = options?.Clone() ?? new ChatOptions();
        capped.ModelId = _model.ModelId;
        capped.ConversationId = null;
        capped.MaxOutputTokens = (int)Math.Min(amount.OutputTokens, int.MaxValue);
        return (id, amount);
    }

    /// <summary>The model has answered.</summary>
    public void Settle(PluginCall call, (string Id, ModelReservation Amount) reserved, ChatResponse response)
    {
        var usage = response.Usage;
        var counted = usage?.InputTokenCount is not null || usage?.OutputTokenCount is not null;
        var input = counted ? usage!.InputTokenCount ?? 0 : reserved.Amount.InputTokens;
        var output = counted ? usage!.OutputTokenCount ?? 0 : TokenCount.OfReply(response.Text, []);
        Count(call, reserved, new CallUsage(1, input, output, _model.Price?.Cost(input, output, usage?.CachedInputTokenCount ?? 0) ?? 0));
    }

    /// <summary>No answer came.</summary>
    public void CutOff(PluginCall call, (string Id, ModelReservation Amount) reserved, bool billed) =>
        Count(call, reserved, billed ? new CallUsage(1, reserved.Amount.InputTokens, reserved.Amount.OutputTokens, reserved.Amount.CostMicros ?? 0) : null);

    private void Count(PluginCall call, (string Id, ModelReservation Amount) reserved, CallUsage? used)
    {
        lock (_gate)
        {
            var amount = reserved.Amount;
            _reserved = new ModelCharge(_reserved.InputTokens - amount.InputTokens, _reserved.OutputTokens - amount.OutputTokens, _reserved.CostMicros - (amount.CostMicros ?? 0));
            if (used is not null)
            {
                call.Used = call.Used is not { } before ? used
                    : new CallUsage(before.ModelCalls + 1, before.InputTokens + used.InputTokens, before.OutputTokens + used.OutputTokens, before.CostMicros + used.CostMicros);
            }
        }

        // It is spent whatever becomes of the call, so it is settled at once.
        session.Guards.Accounts.Settle(
            reserved.Id,
            used is null ? default : new BudgetUse { InputTokens = used.InputTokens, OutputTokens = used.OutputTokens, Money = used.CostMicros, ModelCalls = 1 },
            sequence: 0);
    }

    // What the run has used by its journal, and what its open calls have used or set aside beyond that.
    private Spent Spent()
    {
        var spent = session.State.Run!.Spent.Copy();
        spent.Apply(_reserved);
        foreach (var call in _open)
        {
            spent.Apply(call.Used);
        }

        return spent;
    }

    private static BudgetUse Use(in ModelReservation amount) =>
        new() { InputTokens = amount.InputTokens, OutputTokens = amount.OutputTokens, Money = amount.CostMicros ?? 0, ModelCalls = 1 };

    private static long Input(IList<ChatMessage> messages, ChatOptions? options)
    {
        var tokens = TokenCount.OfMessage(TokenCount.Bytes(options?.Instructions));
        foreach (var message in messages)
        {
            tokens += TokenCount.OfMessage(message.Contents.Sum(static content => Bytes(content)));
        }

        foreach (var tool in options?.Tools ?? [])
        {
            tokens += TokenCount.OfMessage(TokenCount.Bytes(tool.Name) + TokenCount.Bytes(tool.Description) + (tool is AIFunctionDeclaration function ? TokenCount.Bytes((object)function.JsonSchema) : 0));
        }

        return tokens;
    }

    private static long Bytes(AIContent content) => content switch
    {
        TextContent text => TokenCount.Bytes(text.Text),
        FunctionCallContent function => TokenCount.Bytes(function.Name) + TokenCount.Bytes(function.Arguments),
        FunctionResultContent result => TokenCount.Bytes(result.Result),
        DataContent data => data.Data.Length,
        _ => 1000,
    };
}
