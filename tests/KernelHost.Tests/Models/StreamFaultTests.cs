using KernelHost.Models;
using KernelHost.Tests.Models.Peers;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Models;

/// <summary>Streams that end in ways a provider's library would pass over in silence.</summary>
public sealed class StreamFaultTests
{
    private const string OpenAIText = """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Half an"},"finish_reason":null}]}""";
    private const string OpenAIStop = """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string OllamaText = """{"model":"m","created_at":"2026-11-02T08:00:00Z","message":{"role":"assistant","content":"Half an"},"done":false}""";
    private static readonly string AnthropicStart = Event("message_start",
        """{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","content":[],"model":"m","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}""")
        + Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""")
        + Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Half an"}}""");

    public static TheoryData<string, string, string> Faults => new()
    {
        { "openai", "error frame", "reported a fault instead of an answer or in the middle of it. It said: 'the server is on fire'." },
        { "openai", "error frame inside a chunk", "reported a fault instead of an answer or in the middle of it. It said: 'the server is on fire'." },
        { "openai", "end without a finish", "broke off before its answer was complete" },
        { "openai", "done without a finish", "broke off before its answer was complete" },
        { "openai", "no event at all", "broke off before its answer was complete" },
        { "openai", "rubbish", "not the expected JSON" },
        { "anthropic", "error frame", "reported a fault instead of an answer or in the middle of it. It said: 'the server is on fire'." },
        { "anthropic", "end without a finish", "broke off before its answer was complete" },
        { "anthropic", "no event at all", "broke off before its answer was complete" },
        { "ollama", "error frame", "reported a fault instead of an answer or in the middle of it. It said: 'the server is on fire'." },
        { "ollama", "end without a finish", "broke off before its answer was complete" },
        { "ollama", "no event at all", "broke off before its answer was complete" },
        { "ollama", "rubbish", "not the expected JSON" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_in_a_stream_is_a_temporary_failure(string provider, string fault, string expected)
    {
        await using var peer = new ScriptedPeer(Faulty(provider, fault));
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var text = "";
        var failure = await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await foreach (var update in catalog.Get("default").Client.GetStreamingResponseAsync("Hello", cancellationToken: TestContext.Current.CancellationToken))
            {
                text += update.Text;
            }
        });

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Equal(ModelErrorKind.Temporary, failure.Kind);
        Assert.Equal(fault == "no event at all" ? "" : "Half an", text);
        Assert.Single(peer.Requests);
    }

    private static Reply Faulty(string provider, string fault) => (provider, fault) switch
    {
        (_, "no event at all") => Reply.Stream(provider == "ollama" ? "application/x-ndjson" : "text/event-stream"),
        ("openai", "error frame") => Reply.Events(OpenAIText, """{"error":{"message":"the server is on fire","type":"server_error"}}""", "[DONE]"),
        ("openai", "error frame inside a chunk") => Reply.Events(OpenAIText,
            """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"error":{"code":502,"message":"the server is on fire"}}""", "[DONE]"),
        ("openai", "end without a finish") => Reply.Events(OpenAIText),
        ("openai", "done without a finish") => Reply.Events(OpenAIText, "[DONE]"),
        ("openai", "rubbish") => Reply.Events(OpenAIText, "{\"id\": oops"),
        ("anthropic", "error frame") => Reply.Stream("text/event-stream", AnthropicStart,
            Event("error", """{"type":"error","error":{"type":"overloaded_error","message":"the server is on fire"}}""")),
        ("anthropic", "end without a finish") => Reply.Stream("text/event-stream", AnthropicStart),
        ("ollama", "error frame") => Reply.Lines(OllamaText, """{"error":"the server is on fire"}"""),
        ("ollama", "end without a finish") => Reply.Lines(OllamaText),
        ("ollama", "rubbish") => Reply.Lines(OllamaText, "{\"model\": oops"),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault."),
    };

    [Fact]
    public async Task A_whole_stream_passes()
    {
        await using var peer = new ScriptedPeer(Reply.Events(OpenAIText, OpenAIStop, "[DONE]"));
        using var catalog = TestModels.Catalog(TestModels.Options("openai", peer.Address));
        var updates = await catalog.Get("default").Client.StreamAsync("Hello");
        Assert.Equal("Half an", updates.ToChatResponse().Text);
    }

    [Fact]
    public async Task A_stream_that_falls_silent_is_given_up_after_the_timeout()
    {
        var clock = new SkippingTimeProvider();
        await using var peer = new ScriptedPeer(Reply.Events(OpenAIText) with { Hangs = true });
        using var catalog = TestModels.Catalog(TestModels.Options("openai", peer.Address), clock);
        await using var updates = catalog.Get("default").Client
            .GetStreamingResponseAsync("Hello", cancellationToken: TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await updates.MoveNextAsync());

        var next = updates.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            clock.ExpireTimeouts();
            await Task.Yield();
        }

        var failure = await Assert.ThrowsAsync<ModelException>(() => next);
        Assert.Equal("Model 'default' (openai 'peer-model') did not answer within 100 s. Try again, or raise KernelHost:Models:default:TimeoutSeconds.", failure.Message);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    public async Task The_callers_cancellation_in_a_stream_passes_untouched(string provider)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var begun = provider switch
        {
            "openai" => Reply.Events(OpenAIText),
            "anthropic" => Reply.Stream("text/event-stream", AnthropicStart),
            _ => Reply.Lines(OllamaText),
        };
        await using var peer = new ScriptedPeer(begun with { Hangs = true });
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in catalog.Get("default").Client.GetStreamingResponseAsync("Hello", cancellationToken: stop.Token))
            {
                if (update.Text.Length > 0)
                {
                    await stop.CancelAsync();
                }
            }
        });
    }

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";
}
