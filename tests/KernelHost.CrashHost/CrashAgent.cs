using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Policy;
using KernelHost.Runs;
using Microsoft.Extensions.AI;
using AI = Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace KernelHost.CrashHost;

/// <summary>An agent whose model looks and refunds, and whose refund is an effect that must never repeat.</summary>
internal sealed class CrashAgent(World world) : AgentBinder
{
    public const string Name = "crash";

    public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken)
    {
        Tool[] tools = [Tool("look", ToolEffect.Read), Tool("refund", ToolEffect.Once)];
        return new(new BoundAgent(Name, new CrashModel(), new Kernel(), tools, PolicyDocument.Default.Bind(tools)));
    }

    private Tool Tool(string name, ToolEffect effect) => new()
    {
        PluginId = "crash",
        PluginVersion = "1.0.0",
        ContentHash = "0",
        Name = name,
        ModelName = name,
        Description = name,
        Parameters = JsonElement.Parse("""{"type":"object","properties":{}}"""),
        SchemaHash = name,
        Effect = effect,
        Function = KernelFunctionFactory.CreateFromMethod(
            (KernelArguments arguments) =>
            {
                if (effect == ToolEffect.Once)
                {
                    world.Do(((ToolContext)arguments[ToolInvocation.ContextKey]!).IdempotencyKey);
                }

                return "done";
            },
            name),
    };

    private sealed class CrashModel : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var asked = messages.Any(message => message.Role == ChatRole.Assistant);
            return Task.FromResult(new ChatResponse(asked
                ? new ChatMessage(ChatRole.Assistant, "Done.")
                : new ChatMessage(ChatRole.Assistant, [new AI.FunctionCallContent("a", "look"), new AI.FunctionCallContent("b", "refund"), new AI.FunctionCallContent("c", "refund")])));
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
