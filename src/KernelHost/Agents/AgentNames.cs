namespace KernelHost.Agents;

internal static class AgentNames
{
    private const int MaximumLength = 64;

    /// <summary>Words of lower-case letters and digits joined by single hyphens, the first beginning with a letter.</summary>
    // Not a regular expression: waking that library would be felt at every start of the command line.
    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaximumLength || !char.IsAsciiLetterLower(name[0]) || name[^1] == '-')
        {
            return false;
        }

        for (var i = 1; i < name.Length; i++)
        {
            var hyphen = name[i] == '-' && name[i - 1] != '-';
            if (!hyphen && !char.IsAsciiLetterLower(name[i]) && !char.IsAsciiDigit(name[i]))
            {
                return false;
            }
        }

        return true;
    }
}
