using System.Text;
using System.Text.Json;

namespace KernelHost.Models.Http;

/// <summary>What a provider says about a failure, made fit for a message: short, one line, visible characters, without the key.</summary>
internal static class ProviderText
{
    private const int Longest = 300;

    /// <summary><c> It said: '...'.</c> with its leading space, or an empty string when the body says nothing readable.</summary>
    public static string Quote(string body, string? secret)
    {
        if (Message(body) is not { Length: > 0 } message)
        {
            return "";
        }

        if (!string.IsNullOrEmpty(secret))
        {
            message = message.Replace(secret, "***", StringComparison.Ordinal);
        }

        var text = new StringBuilder();
        foreach (var rune in message.EnumerateRunes())
        {
            if (text.Length >= Longest)
            {
                text.Append("...");
                break;
            }

            text.Append(Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format
                ? " "
                : rune.ToString());
        }

        return $" It said: '{text.ToString().Trim()}'.";
    }

    /// <summary>Whether a 429 means "paid for no more" rather than "slower, please".</summary>
    public static bool IsQuota(string body) => body.Contains("insufficient_quota", StringComparison.Ordinal);

    // The providers write {"error":{"message":"..."}}, {"error":"..."} or {"message":"..."}; anything else, such as a proxy's
    // HTML page, helps nobody.
    private static string? Message(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error))
            {
                root = error;
            }

            return root.ValueKind switch
            {
                JsonValueKind.String => root.GetString(),
                JsonValueKind.Object when root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String => message.GetString(),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
