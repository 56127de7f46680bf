using System.Text.Json;
using KernelHost.Tests.Models.Peers;

namespace KernelHost.Cli.Tests.Support;

/// <summary>The replies of a model that speaks as OpenAI's do, and the configuration that names it.</summary>
internal static class ModelScript
{
    public static Reply Calls(string tool, object arguments) => Delta(
        new { role = "assistant", tool_calls = new[] { new { index = 0, id = "call_1", type = "function", function = new { name = tool, arguments = JsonSerializer.Serialize(arguments) } } } }, "tool_calls");

    public static Reply Says(string text) => Delta(new { role = "assistant", content = text }, "stop");

    public static string Config(ScriptedPeer model) => JsonSerializer.Serialize(new
    {
        KernelHost = new { Models = new Dictionary<string, object> { ["default"] = new { Provider = "openai", Model = "scripted", Endpoint = new Uri(model.Address, "/v1"), ApiKey = "none" } } },
    });

    private static Reply Delta(object delta, string reason) => Reply.Events(
        Chunk(new { index = 0, delta, finish_reason = (string?)null }), Chunk(new { index = 0, delta = new { }, finish_reason = reason }), "[DONE]");

    private static string Chunk(object choice) => JsonSerializer.Serialize(new { id = "c1", @object = "chat.completion.chunk", created = 1, model = "scripted", choices = new[] { choice } });
}
