using System.Text.Json;

namespace KernelHost.Plugins.CustomerSupport.Crm;

/// <summary>Enum members as the database stores them: <c>in_transit</c>.</summary>
internal static class EnumText
{
    public static string ToText<T>(this T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static T Parse<T>(string text)
        where T : struct, Enum => Enum.Parse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
