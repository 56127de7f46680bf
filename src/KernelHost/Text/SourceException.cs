namespace KernelHost.Text;

/// <summary>A file that a person wrote cannot be used. Holds all its errors, so that one edit can cure them.</summary>
public abstract class SourceException : Exception
{
    private protected SourceException(string message, IReadOnlyList<SourceError> errors)
        : base(message) => Errors = errors;

    /// <summary>Every error found, in the order of the file; empty when no file is to blame.</summary>
    public IReadOnlyList<SourceError> Errors { get; }

    private protected static string Format(string subject, IReadOnlyList<SourceError> errors) => errors.Count == 1
        ? $"{subject} has an error: {errors[0]}"
        : $"{subject} has {errors.Count} errors:{string.Concat(errors.Select(error => $"\n  {error}"))}";
}
