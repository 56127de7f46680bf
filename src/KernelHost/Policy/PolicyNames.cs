using System.Buffers;

namespace KernelHost.Policy;

internal static class PolicyNames
{
    /// <summary>What a rule id is made of. No colon: <c>default:reads</c> and the like are the host's.</summary>
    public static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
}
