namespace KernelHost.Hosting;

/// <summary>The configuration cannot be used. Holds all its errors, so that one edit can cure them.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> errors)
    : Exception(errors.Count == 1 ? errors[0] : $"The configuration has {errors.Count} errors:{string.Concat(errors.Select(error => $"\n  {error}"))}")
{
    /// <summary>Every error: the setting, its value and the cure.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
