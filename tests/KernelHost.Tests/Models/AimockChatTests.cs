using System.Text.Json;
using KernelHost.Models;
using KernelHost.Tests.Models.Peers;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Models;

/// <summary>The HTTP path of the three providers against aimock.</summary>
[Collection(AimockGroup.Name)]
public sealed class AimockChatTests(AimockPeer peer)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("openai", false)]
    [InlineData("openai", true)]
    [InlineData("anthropic", false)]
    [InlineData("anthropic", true)]
    [InlineData("ollama", false)]
    [InlineData("ollama", true)]
    public async Task A_tool_round_trip_gives_the_call_to_the_caller_and_the_result_to_the_model(string provider, bool streamed)
    {
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var client = catalog.Get("default").Client;
        var messages = new List<ChatMessage> { new(ChatRole.User, "What is the weather in Prague?") };

        var first = await AnswerAsync(client, messages, streamed);
        var call = Assert.Single(first.Calls());
        Assert.Equal("get_weather", call.Name);
        Assert.Equal("Prague", call.Arguments!["city"]?.ToString());
        Assert.NotEmpty(call.CallId);

        messages.AddRange(first.Messages);
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, "21 degrees")]));
        var second = await AnswerAsync(client, messages, streamed);
        Assert.Equal("It is 21 degrees in Prague.", second.Text);
        Assert.Equal(ChatFinishReason.Stop, second.FinishReason);
        Assert.Empty(second.Calls());
        if (provider != ModelProviders.Ollama)
        {
            // aimock's Ollama reports zeros whatever the fixture says; ScriptedProviderTests reads Ollama's numbers.
            Assert.Equal((42, 9), (second.Usage!.InputTokenCount, second.Usage.OutputTokenCount));
        }
    }

    [Theory]
    [InlineData("openai", false)]
    [InlineData("openai", true)]
    [InlineData("anthropic", false)]
    [InlineData("anthropic", true)]
    [InlineData("ollama", false)]
    [InlineData("ollama", true)]
    public async Task Parallel_calls_come_back_together_and_their_results_go_out_together(string provider, bool streamed)
    {
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var client = catalog.Get("default").Client;
        var messages = new List<ChatMessage> { new(ChatRole.User, $"The weather and time for {provider} {streamed}, please.") };

        var first = await AnswerAsync(client, messages, streamed);
        Assert.Equal("Let me check. ", first.Text);
        Assert.Equal(["get_weather:Oslo", "get_time:UTC"], first.Calls().Select(call => $"{call.Name}:{call.Arguments!.Values.Single()}"));
        Assert.Equal(2, first.Calls().Select(call => call.CallId).Distinct().Count());

        messages.AddRange(first.Messages);
        messages.Add(new ChatMessage(ChatRole.Tool, [.. first.Calls().Select(call => new FunctionResultContent(call.CallId, $"result of {call.Name}"))]));
        Assert.Equal("Oslo has 21 degrees, and it is noon.", (await AnswerAsync(client, messages, streamed)).Text);

        var sent = await peer.SentAsync($"for {provider} {streamed}");
        Assert.Equal(2, sent.Length);
        var roles = sent[1].GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()).ToArray();
        Assert.Equal(["user", "assistant", "tool", "tool"], roles);
    }

    [Fact]
    public async Task Tools_are_offered_with_their_schema_and_never_forced()
    {
        using var catalog = TestModels.Catalog(TestModels.Options(ModelProviders.OpenAI, peer.Address));
        await AnswerAsync(catalog.Get("default").Client, [new(ChatRole.User, "Show the schema, then count to twelve")], streamed: true);

        var sent = Assert.Single(await peer.SentAsync("Show the schema"));
        var function = sent.GetProperty("tools")[0].GetProperty("function");
        Assert.Equal("get_weather", function.GetProperty("name").GetString());
        Assert.Equal("The city", function.GetProperty("parameters").GetProperty("properties").GetProperty("city").GetProperty("description").GetString());
        Assert.Equal("auto", sent.GetProperty("tool_choice").GetString());
        Assert.True(sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    public async Task A_streamed_answer_arrives_in_pieces(string provider)
    {
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var updates = await catalog.Get("default").Client.StreamAsync("Please count to twelve");

        Assert.True(updates.Count(update => update.Text.Length > 0) >= 3, "The answer came in one piece.");
        var whole = updates.ToChatResponse();
        Assert.Equal("one two three four five six seven eight nine ten eleven twelve", whole.Text);
        Assert.Equal(ChatFinishReason.Stop, whole.FinishReason);
        if (provider != ModelProviders.Ollama)
        {
            Assert.Equal((5, 12), (whole.Usage!.InputTokenCount, whole.Usage.OutputTokenCount));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Malformed_arguments_come_back_as_a_call_that_says_so(bool streamed)
    {
        using var catalog = TestModels.Catalog(TestModels.Options(ModelProviders.OpenAI, peer.Address));
        var call = Assert.Single((await AnswerAsync(catalog.Get("default").Client, [new(ChatRole.User, "malformed arguments")], streamed)).Calls());
        Assert.Equal("get_weather", call.Name);
        Assert.Null(call.Arguments);
        Assert.IsType<InvalidOperationException>(call.Exception);
        Assert.IsType<JsonException>(call.Exception.InnerException, exactMatch: false);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    public async Task A_rate_limit_is_waited_out_as_long_as_the_provider_asks(string provider)
    {
        var clock = new SkippingTimeProvider();
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address), clock);
        var response = await catalog.Get("default").Client.GetResponseAsync($"limited {provider} once", cancellationToken: Stop);

        Assert.Equal("after the limit", response.Text);
        Assert.Equal([TimeSpan.FromSeconds(7)], clock.Delays);
        Assert.Equal(2, (await peer.SentAsync($"limited {provider} once")).Length);
    }

    [Theory]
    [InlineData("openai", false)]
    [InlineData("openai", true)]
    [InlineData("anthropic", true)]
    [InlineData("ollama", true)]
    public async Task A_rate_limit_that_stays_ends_as_a_temporary_failure(string provider, bool streamed)
    {
        var options = TestModels.Options(provider, peer.Address);
        options.MaxRetries = 2;
        using var catalog = TestModels.Catalog(options);
        var failure = await Assert.ThrowsAsync<ModelException>(
            () => AnswerAsync(catalog.Get("default").Client, [new(ChatRole.User, $"always limited {provider} {streamed}")], streamed));

        Assert.Equal(
            (ModelErrorKind.Temporary, provider, "peer-model", 429, TimeSpan.FromSeconds(7)),
            (failure.Kind, failure.Provider, failure.ModelId, failure.Status, failure.RetryAfter));
        Assert.Equal($"Model 'default' ({provider} 'peer-model') limits the rate of requests (429). It said: 'Rate limit exceeded'. Try again after 7 s.", failure.Message);
        Assert.Equal(3, (await peer.SentAsync($"always limited {provider} {streamed}")).Length);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    public async Task A_stream_that_breaks_off_is_a_failure_and_is_not_repeated(string provider)
    {
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var text = "";
        var failure = await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await foreach (var update in catalog.Get("default").Client.GetStreamingResponseAsync($"broken off {provider}", cancellationToken: Stop))
            {
                text += update.Text;
            }
        });

        // The peer sends a piece each 20 ms, so the first have arrived when it cuts the connection; how many is up to the sockets.
        Assert.StartsWith("one", text, StringComparison.Ordinal);
        Assert.True(text.Length < 30, text);
        Assert.Equal(ModelErrorKind.Temporary, failure.Kind);
        Assert.Contains("broke off before its answer was complete", failure.Message, StringComparison.Ordinal);
        Assert.Single(await peer.SentAsync($"broken off {provider}"));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    public async Task A_connection_lost_before_the_answer_is_repeated_and_then_reported(string provider)
    {
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var failure = await Assert.ThrowsAsync<ModelException>(
            () => catalog.Get("default").Client.GetResponseAsync($"drop the connection {provider}", cancellationToken: Stop));

        Assert.Equal(ModelErrorKind.Temporary, failure.Kind);
        Assert.Contains("lost the connection", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, (await peer.SentAsync($"drop the connection {provider}")).Length);
    }

    [Theory]
    [InlineData("openai", false)]
    [InlineData("openai", true)]
    [InlineData("anthropic", false)]
    [InlineData("anthropic", true)]
    [InlineData("ollama", false)]
    [InlineData("ollama", true)]
    public async Task An_answer_that_is_no_JSON_is_a_failure_and_never_an_empty_answer(string provider, bool streamed)
    {
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var failure = await Assert.ThrowsAsync<ModelException>(
            () => AnswerAsync(catalog.Get("default").Client, [new(ChatRole.User, "talk rubbish")], streamed));
        Assert.Equal(ModelErrorKind.Temporary, failure.Kind);
        Assert.DoesNotContain("chaos", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task An_answer_cut_by_its_limit_says_so(string provider)
    {
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var updates = await catalog.Get("default").Client.StreamAsync("too long");
        Assert.Equal(ChatFinishReason.Length, updates.ToChatResponse().FinishReason);
    }

    private static async Task<ChatResponse> AnswerAsync(IChatClient client, IEnumerable<ChatMessage> messages, bool streamed) => streamed
        ? await client.GetStreamingResponseAsync(messages, TestModels.Tools, Stop).ToChatResponseAsync(Stop)
        : await client.GetResponseAsync(messages, TestModels.Tools, Stop);
}
