using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>A control argument whose value nobody who is trusted has given.</summary>
/// <param name="Argument">The argument.</param>
/// <param name="Value">The value, or the first part of it that is untrusted, shortened and with hidden characters written out.</param>
/// <param name="Source">Where it comes from, in words for people: a tool's result, a passage, what another agent was asked.</param>
public sealed record UntrustedValue(string Argument, string Value, string Source)
{
    /// <summary>A sentence about all of them.</summary>
    internal static string Describe(IReadOnlyList<UntrustedValue> values) =>
        string.Join(' ', values.Select(static value => $"The value of '{VisibleText.Escape(value.Argument)}' ({value.Value}) is not trusted: {value.Source}."));
}
