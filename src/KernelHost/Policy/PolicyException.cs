using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>A policy cannot be used. Nothing runs under a policy with errors.</summary>
public sealed class PolicyException : SourceException
{
    internal PolicyException(string source, IReadOnlyList<SourceError> errors)
        : base(Format($"Policy '{source}'", errors), errors)
    {
    }
}
