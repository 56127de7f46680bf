using System.Text.Json;

namespace KernelHost.Policy;

/// <summary>Arguments that are not plain values, as JSON.</summary>
internal static class ArgumentJson
{
    /// <summary>The text of a JSON string, or <see langword="null"/> when it is not valid Unicode.</summary>
    public static string? TextOrNull(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate or invalid UTF-8: valid JSON grammar, but no text.
            return null;
        }
    }

    /// <summary>Any object as JSON. Models deliver JSON; other types come from code that calls the host.</summary>
    public static bool TryToElement(object? value, out JsonElement element)
    {
        try
        {
            element = JsonSerializer.SerializeToElement(value);
            return true;
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException or ArgumentException or InvalidOperationException)
        {
            element = default;
            return false;
        }
    }
}
