using Microsoft.Extensions.Logging;

namespace KernelHost.Models.Http;

/// <summary>What the model layer logs. Never a prompt, an answer or a key.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Title} ('{ModelId}'): attempt {Attempt} failed with {Reason}; the next follows in {DelayMilliseconds} ms.")]
    public static partial void Repeating(ILogger logger, string title, string modelId, int attempt, string reason, double delayMilliseconds);
}
