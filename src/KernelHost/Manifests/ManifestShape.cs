using System.Text.Json;

namespace KernelHost.Manifests;

/// <summary>The member names and values of <c>plugin.json</c>, in the order they are written. A test compares them with the JSON schema.</summary>
internal static class ManifestShape
{
    public static readonly string[] Root =
        ["$schema", "manifestVersion", "id", "version", "description", "host", "entryAssembly", "permissions", "tools", "retrievers", "prompts"];

    public static readonly string[] Permissions = ["models"];

    public static readonly string[] Tool = ["name", "description", "effect", "egress", "timeoutSeconds", "outcomeCheck", "compensation", "parameters", "arguments", "result"];

    public static readonly string[] Argument = ["role"];

    public static readonly string[] Result = ["integrity"];

    public static readonly string[] Retriever = ["name", "description", "documents"];

    public static readonly string[] Prompt = ["name", "description"];

    /// <summary>The value as it stands in JSON: <c>payload-ref</c> for <see cref="ArgumentRole.PayloadRef"/>.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static IEnumerable<string> NamesOf<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(NameOf);

    public static bool TryParse<T>(string name, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (NameOf(candidate) == name)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }
}
