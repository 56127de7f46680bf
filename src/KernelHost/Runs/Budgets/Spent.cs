using System.Runtime.InteropServices;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Budgets;

/// <summary>What a run has used up, folded from its events: it survives everything its journal survives.</summary>
internal sealed class Spent
{
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);

    public long InputTokens { get; private set; }

    public long OutputTokens { get; private set; }

    /// <summary>In millionths of the host's currency.</summary>
    public long CostMicros { get; private set; }

    /// <summary>Model calls: those of the run, of its sub-runs and of plugins.</summary>
    public int ModelCalls { get; private set; }

    public int ToolCalls { get; private set; }

    /// <summary>Questions whether a call may be made. To be asked what became of a call is nothing a run can help.</summary>
    public int ApprovalPrompts { get; private set; }

    public long BytesOut { get; private set; }

    /// <summary>Whether sub-runs did some of it.</summary>
    public bool HasSubRuns { get; private set; }

    /// <summary>The same sums, to add to.</summary>
    public Spent Copy() => (Spent)MemberwiseClone();

    /// <summary>How often the tool that is offered under this name was called.</summary>
    public int CallsOf(string modelName) => _calls.GetValueOrDefault(modelName);

    public void Apply(ModelReplied replied)
    {
        InputTokens += replied.InputTokens;
        OutputTokens += replied.OutputTokens;
        CostMicros += replied.CostMicros ?? 0;
        ModelCalls++;
        for (var i = 0; i < replied.FellOver?.Count; i++)
        {
            Apply(replied.FellOver[i].Charged);
        }
    }

    public void Apply(ModelCharge? charge)
    {
        if (charge is not null)
        {
            InputTokens += charge.InputTokens;
            OutputTokens += charge.OutputTokens;
            CostMicros += charge.CostMicros ?? 0;
            ModelCalls++;
        }
    }

    /// <summary>A call is made for the first time.</summary>
    public void Apply(CallStarted started, ProposedCall call)
    {
        ToolCalls++;
        BytesOut += started.BytesOut ?? 0;
        CollectionsMarshal.GetValueRefOrAddDefault(_calls, call.Name, out _)++;
    }

    public void Apply(ApprovalRequested requested) => ApprovalPrompts += requested.Kind == ApprovalKind.Outcome ? 0 : 1;

    /// <summary>A sub-run has ended.</summary>
    public void Apply(RunUsage subRun)
    {
        InputTokens += subRun.InputTokens;
        OutputTokens += subRun.OutputTokens;
        CostMicros += subRun.CostMicros;
        ModelCalls += subRun.ModelCalls;
        ToolCalls += subRun.ToolCalls;
        BytesOut += subRun.BytesOut;
        ApprovalPrompts += subRun.ApprovalPrompts;
        HasSubRuns = true;
    }

    public void Apply(CallUsage? usage)
    {
        if (usage is not null)
        {
            InputTokens += usage.InputTokens;
            OutputTokens += usage.OutputTokens;
            CostMicros += usage.CostMicros;
            ModelCalls += usage.ModelCalls;
        }
    }
}
