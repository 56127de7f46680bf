using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace KernelHost.Telemetry;

/// <summary>
/// The one ActivitySource and the one Meter of the host. Names follow the OpenTelemetry semantic conventions for generative AI 1.41
/// (schema https://opentelemetry.io/schemas/1.41.0); what is our own starts with <c>kernelhost.</c>. Content is never recorded.
/// </summary>
public static class HostTelemetry
{
    /// <summary>What to pass to <c>AddSource</c> and <c>AddMeter</c>.</summary>
    public const string SourceName = "KernelHost";

    internal const string SchemaUrl = "https://opentelemetry.io/schemas/1.41.0";

    internal const string OperationName = "gen_ai.operation.name";
    internal const string ProviderName = "gen_ai.provider.name";
    internal const string RequestModel = "gen_ai.request.model";
    internal const string ResponseModel = "gen_ai.response.model";
    internal const string AgentName = "gen_ai.agent.name";
    internal const string ConversationId = "gen_ai.conversation.id";
    internal const string ToolName = "gen_ai.tool.name";
    internal const string ToolCallId = "gen_ai.tool.call.id";
    internal const string ToolType = "gen_ai.tool.type";
    internal const string InputTokens = "gen_ai.usage.input_tokens";
    internal const string OutputTokens = "gen_ai.usage.output_tokens";
    internal const string TokenType = "gen_ai.token.type";
    internal const string ErrorType = "error.type";
    internal const string RunId = "kernelhost.run.id";
    internal const string Verdict = "kernelhost.policy.verdict";

    private static readonly double[] DurationBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly int[] TokenBuckets = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    internal static ActivitySource Source { get; } = new(new ActivitySourceOptions(SourceName) { TelemetrySchemaUrl = SchemaUrl });

    internal static Meter Meter { get; } = new(new MeterOptions(SourceName) { TelemetrySchemaUrl = SchemaUrl });

    internal static Histogram<double> ModelDuration { get; } = Meter.CreateHistogram(
        "gen_ai.client.operation.duration", "s", "Duration of model calls.",
        tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });

    internal static Histogram<int> TokenUsage { get; } = Meter.CreateHistogram(
        "gen_ai.client.token.usage", "{token}", "Tokens read and written by model calls.",
        tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = TokenBuckets });

    internal static Histogram<double> ToolDuration { get; } = Meter.CreateHistogram(
        "gen_ai.execute_tool.duration", "s", "Duration of tool calls.",
        tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });

    internal static Counter<long> Decisions { get; } = Meter.CreateCounter<long>(
        "kernelhost.policy.decisions", "{decision}", "Decisions of the policy on proposed calls.");
}
