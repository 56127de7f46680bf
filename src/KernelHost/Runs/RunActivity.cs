using System.Diagnostics;
using KernelHost.Runs.State;
using KernelHost.Telemetry;

namespace KernelHost.Runs;

/// <summary>The span around the work on a run.</summary>
internal static class RunActivity
{
    public static Activity? Start(BoundAgent agent, SessionState session)
    {
        if (!HostTelemetry.Source.HasListeners())
        {
            return null;
        }

        var activity = HostTelemetry.Source.StartActivity($"invoke_agent {agent.Name}");
        return activity?
            .SetTag(HostTelemetry.OperationName, "invoke_agent")
            .SetTag(HostTelemetry.ProviderName, agent.Provider)
            .SetTag(HostTelemetry.RequestModel, agent.ModelId)
            .SetTag(HostTelemetry.AgentName, agent.Name)
            .SetTag(HostTelemetry.ConversationId, session.SessionId)
            .SetTag(HostTelemetry.RunId, session.Run!.RunId);
    }

    public static void SetError(this Activity activity, Exception exception) =>
        activity.SetStatus(ActivityStatusCode.Error).SetTag(HostTelemetry.ErrorType, exception.GetType().FullName);
}
