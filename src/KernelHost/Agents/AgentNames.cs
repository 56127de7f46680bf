using System.Text.RegularExpressions;

namespace KernelHost.Agents;

internal static partial class AgentNames
{
    public static bool IsValid(string name) => name.Length <= 64 && Pattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\z")]
    private static partial Regex Pattern();
}
