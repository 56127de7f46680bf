using System.Security.Cryptography;
using System.Text;

namespace KernelHost.Catalog;

/// <summary>
/// Names offered to the model: at most 64 of <c>[a-zA-Z0-9_-]</c>, the strictest rule of any provider. The same contribution always
/// gets the same name, whatever else is installed.
/// </summary>
internal static class ModelName
{
    private const int MaxLength = 64;
    private const int HashLength = 10;

    public static string ForTool(string pluginId, string tool) => Join(pluginId, tool);

    public static string ForRetriever(string pluginId, string retriever) => Join(pluginId, $"search_{retriever}");

    // No plugin may have the id 'agent', and an agent's name has no '_', so these are nobody else's.
    public static string ForAgent(string agent) => Join(AgentLink.PluginId, $"ask_{agent}");

    public static string ForHandOver(string agent) => Join(AgentLink.PluginId, $"hand_over_to_{agent}");

    // An id has no '_' and the part before the first '-' comes from the id alone, so two contributions never give the same name
    // unless it was cut or cleaned; then a hash of the original tells them apart.
    private static string Join(string pluginId, string name)
    {
        var original = $"{pluginId.Replace('-', '_')}-{name}";
        var clean = string.Create(original.Length, original, static (span, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_' or '-' ? text[i] : '_';
            }
        });
        if (clean == original && clean.Length <= MaxLength)
        {
            return clean;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{pluginId}/{name}")))[..HashLength];
        return $"{clean[..Math.Min(clean.Length, MaxLength - HashLength - 1)]}-{hash}";
    }
}
