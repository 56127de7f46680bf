using System.Text.Json;

namespace KernelHost.Cli.Tests.Support;

internal static class Json
{
    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string property) => element.GetProperty(property).EnumerateArray();

    public static JsonElement Tool(this JsonElement run, string tool) => run.Items("toolCalls").Single(call => call.Text("tool") == tool);
}
