using System.Text.Json.Serialization;

namespace KernelHost.Runs.Stops;

/// <summary>A line of the list of stops.</summary>
/// <param name="Action"><c>stop</c> or <c>lift</c>.</param>
/// <param name="Id">The stop.</param>
/// <param name="Scope">What is stopped.</param>
/// <param name="By">Who stopped or lifted it.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why; a lift may go without.</param>
internal sealed record StopLine(string Action, string Id, string Scope, string By, DateTimeOffset At, string? Reason = null);

[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StopLine))]
internal sealed partial class StopJson : JsonSerializerContext;
