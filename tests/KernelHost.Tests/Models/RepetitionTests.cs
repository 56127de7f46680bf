using System.Globalization;
using KernelHost.Models;
using KernelHost.Tests.Models.Peers;

namespace KernelHost.Tests.Models;

/// <summary>What is repeated, after which delay, and what is not. The scripted peer gives the headers and broken bodies aimock has not.</summary>
public sealed class RepetitionTests
{
    private const string Answer = """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
    private const string Fault = """{"error":{"message":"not now","type":"server_error"}}""";

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(529)]
    public async Task A_temporary_refusal_is_repeated(int status)
    {
        var clock = new SkippingTimeProvider();
        await using var peer = new ScriptedPeer(Reply.Json(status, Fault), Reply.Json(status, Fault), Reply.Json(200, Answer));
        Assert.Equal("Hello.", await AskAsync(peer, clock));
        Assert.Equal(3, peer.Requests.Count);
        Assert.Equal(2, clock.Delays.Count);
        Assert.All(clock.Delays, delay => Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_repeated_request_is_the_same_request()
    {
        await using var peer = new ScriptedPeer(Reply.Json(500, Fault), Reply.Json(200, Answer));
        await AskAsync(peer, new SkippingTimeProvider());
        var bodies = peer.Requests.Select(request => request[request.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]).ToArray();
        Assert.Equal(bodies[0], bodies[1]);
        Assert.Contains("Hello?", bodies[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_after_as_a_date_is_read_against_the_injected_clock()
    {
        var clock = new SkippingTimeProvider();
        var date = clock.GetUtcNow().AddSeconds(20).ToString("R", CultureInfo.InvariantCulture);
        await using var peer = new ScriptedPeer(Reply.Json(429, Fault, $"Retry-After: {date}"), Reply.Json(200, Answer));
        Assert.Equal("Hello.", await AskAsync(peer, clock));
        Assert.Equal([TimeSpan.FromSeconds(20)], clock.Delays);
    }

    [Fact]
    public async Task Retry_after_in_the_past_means_now()
    {
        var clock = new SkippingTimeProvider();
        await using var peer = new ScriptedPeer(Reply.Json(503, Fault, "Retry-After: Mon, 02 Nov 2020 08:00:00 GMT"), Reply.Json(200, Answer));
        Assert.Equal("Hello.", await AskAsync(peer, clock));
        Assert.All(clock.Delays, delay => Assert.Equal(TimeSpan.Zero, delay));
    }

    [Fact]
    public async Task A_wait_of_more_than_a_minute_is_the_callers_decision()
    {
        await using var peer = new ScriptedPeer(Reply.Json(429, Fault, "Retry-After: 61"));
        var failure = await Assert.ThrowsAsync<ModelException>(() => AskAsync(peer, new SkippingTimeProvider()));
        Assert.Equal((ModelErrorKind.Temporary, TimeSpan.FromSeconds(61)), (failure.Kind, failure.RetryAfter));
        Assert.EndsWith("Try again after 61 s.", failure.Message, StringComparison.Ordinal);
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task A_provider_that_says_not_to_repeat_is_believed()
    {
        await using var peer = new ScriptedPeer(Reply.Json(500, Fault, "x-should-retry: false"));
        await Assert.ThrowsAsync<ModelException>(() => AskAsync(peer, new SkippingTimeProvider()));
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task A_used_up_quota_is_permanent_although_it_is_a_429()
    {
        await using var peer = new ScriptedPeer(Reply.Json(429, """{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"""));
        var failure = await Assert.ThrowsAsync<ModelException>(() => AskAsync(peer, new SkippingTimeProvider()));
        Assert.Equal(ModelErrorKind.Permanent, failure.Kind);
        Assert.Contains("has used up its quota (429). It said: 'You exceeded your current quota'.", failure.Message, StringComparison.Ordinal);
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_repeated_as_long_as_nothing_was_handed_out()
    {
        var whole = Reply.Json(200, Answer);
        await using var peer = new ScriptedPeer(new Reply(whole.Bytes[..^40]), Reply.Nothing, whole);
        Assert.Equal("Hello.", await AskAsync(peer, new SkippingTimeProvider()));
        Assert.Equal(3, peer.Requests.Count);
    }

    [Fact]
    public async Task An_attempt_without_an_answer_ends_after_the_timeout_and_is_repeated()
    {
        var clock = new SkippingTimeProvider();
        await using var peer = new ScriptedPeer(Reply.Silence, Reply.Json(200, Answer));
        var answer = AskAsync(peer, clock);
        await peer.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        clock.ExpireTimeouts();
        Assert.Equal("Hello.", await answer);
    }

    [Fact]
    public async Task A_body_that_never_ends_is_within_the_timeout_of_the_attempt()
    {
        var clock = new SkippingTimeProvider();
        await using var peer = new ScriptedPeer(new Reply(Reply.Json(200, Answer).Bytes[..^40], Hangs: true));
        var answer = AskAsync(peer, clock, maxRetries: 0);
        await peer.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        clock.ExpireTimeouts();
        var failure = await Assert.ThrowsAsync<ModelException>(() => answer);
        Assert.Equal(
            "Model 'default' (openai 'peer-model') did not answer within 100 s. Try again, or raise KernelHost:Models:default:TimeoutSeconds.", failure.Message);
    }

    [Fact]
    public async Task No_repetition_is_made_when_none_is_wanted()
    {
        await using var peer = new ScriptedPeer(Reply.Json(500, Fault));
        await Assert.ThrowsAsync<ModelException>(() => AskAsync(peer, new SkippingTimeProvider(), maxRetries: 0));
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task The_callers_cancellation_ends_the_wait_for_an_answer()
    {
        await using var peer = new ScriptedPeer(Reply.Silence);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var catalog = TestModels.Catalog(TestModels.Options("openai", peer.Address));
        var answer = catalog.Get("default").Client.GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hello?")], cancellationToken: stop.Token);
        await peer.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    private static async Task<string> AskAsync(ScriptedPeer peer, TimeProvider clock, int maxRetries = 3)
    {
        var options = TestModels.Options("openai", peer.Address);
        options.MaxRetries = maxRetries;
        using var catalog = TestModels.Catalog(options, clock);
        var response = await catalog.Get("default").Client
            .GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hello?")], cancellationToken: TestContext.Current.CancellationToken);
        return response.Text;
    }
}
