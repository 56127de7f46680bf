namespace KernelHost.Text;

/// <summary>Something wrong in a file that a person wrote, with the place to look at.</summary>
/// <param name="File">The path or name of the file.</param>
/// <param name="Line">From 1; 0 when the whole file is meant.</param>
/// <param name="Column">From 1; 0 when the whole file is meant.</param>
/// <param name="Message">What is wrong, the value in quotes, and what to do.</param>
public sealed record SourceError(string File, int Line, int Column, string Message)
{
    /// <summary>The form that editors make a link of: <c>file:line:column: message</c>.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}: {Message}" : $"{File}: {Message}";
}
