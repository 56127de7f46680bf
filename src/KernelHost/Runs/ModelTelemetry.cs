using System.Diagnostics;
using KernelHost.Policy;
using KernelHost.Runs.Events;
using KernelHost.Runs.Routing;
using KernelHost.Runs.State;
using KernelHost.Telemetry;

namespace KernelHost.Runs;

/// <summary>What a model call and a decision leave in telemetry. Costs next to nothing while nobody listens.</summary>
internal static class ModelTelemetry
{
    private static readonly KeyValuePair<string, object?> ChatOperation = new(HostTelemetry.OperationName, "chat");
    private static readonly KeyValuePair<string, object?>[] Verdicts =
        [.. Enum.GetValues<Verdict>().Select(verdict => new KeyValuePair<string, object?>(HostTelemetry.Verdict, VerdictName(verdict)))];

    public static KeyValuePair<string, object?> VerdictTag(Verdict verdict) => Verdicts[(int)verdict];

    public static void Record(Activity? activity, BoundModel model, SessionState session, ModelReplied reply)
    {
        if (HostTelemetry.ModelDuration.Enabled || HostTelemetry.TokenUsage.Enabled)
        {
            RecordMetrics(model, reply);
        }

        activity?
            .SetTag(HostTelemetry.OperationName, "chat")
            .SetTag(HostTelemetry.ProviderName, model.Provider)
            .SetTag(HostTelemetry.RequestModel, model.ModelId)
            .SetTag(HostTelemetry.ResponseModel, reply.Model)
            .SetTag(HostTelemetry.ConversationId, session.SessionId)
            .SetTag(HostTelemetry.InputTokens, reply.InputTokens)
            .SetTag(HostTelemetry.OutputTokens, reply.OutputTokens);
    }

    private static void RecordMetrics(BoundModel bound, ModelReplied reply)
    {
        var provider = new KeyValuePair<string, object?>(HostTelemetry.ProviderName, bound.Provider);
        var model = new KeyValuePair<string, object?>(HostTelemetry.RequestModel, bound.ModelId);
        HostTelemetry.ModelDuration.Record(reply.DurationMs / 1000, ChatOperation, provider, model);
        HostTelemetry.TokenUsage.Record((int)Math.Min(reply.InputTokens, int.MaxValue), [ChatOperation, provider, model, new(HostTelemetry.TokenType, "input")]);
        HostTelemetry.TokenUsage.Record((int)Math.Min(reply.OutputTokens, int.MaxValue), [ChatOperation, provider, model, new(HostTelemetry.TokenType, "output")]);
    }

    private static string VerdictName(Verdict verdict) => verdict switch
    {
        Verdict.Allow => "allow",
        Verdict.Ask => "ask",
        _ => "deny",
    };
}
