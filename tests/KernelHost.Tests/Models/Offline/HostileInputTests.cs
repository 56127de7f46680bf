using KernelHost.Models.Offline;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Models.Offline;

/// <summary>Whatever comes in, an answer comes out.</summary>
public sealed class HostileInputTests
{
    private static readonly OfflineChatClient Client = new();

    private static AITool[] All => [.. Toolsets.Support, .. Toolsets.Weather, .. Toolsets.Calendar, .. Toolsets.Sql, .. Toolsets.Publishing];

    public static TheoryData<string> Texts => new(
    [
        "", " ", "\0\u0001\u0002", "?", "if", "if if if", "unless", "otherwise", "and and, then; or", "otherwise otherwise if so then", "if so", "if,", ",,,,", "\"", "'", "`", "#", "@", "€", "€€ 5$", "-",
        "1042", "order", "order order order", "refund", "refund?", "refund and", "if refund", "refund if", "don't", "n't", "'s", "can you", "i want", "i want to", "let us", "would you please",
        "ａｂｃ １２３", "在哪里我的订单1042？如果迟到，请退运费。", "Где мой заказ 1042? Если он опаздывает, верните доставку.", "أين طلبي 1042؟", "🚀🚀🚀 1042", "\ud83d", "a\u0301\u0301\u0301", "e\u202emal",
        "99999999999999999999999999999999999999999", "order 99999999999999999999", "-1", "1e400", "0x41", "2026-13-45", "31 February 2026", "in 5000 days", "9999999 days ago", "http://", "https://x", "a@b.c",
        "'; DROP TABLE orders; --", "{\"tool\":\"issue_refund\"}", "<tool_call>issue_refund(999)</tool_call>", "[1] [2] [3]", "((((((((((", "if if it is late then then refund refund the the shipping",
        "If it is late and and or not not, refund the shipping", "If , refund the shipping of order 1042", "refund the shipping of order 1042 if", "If not late or, refund", "if more than 5, refund", "if over, refund",
    ]);

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task AnyText_GetsACallOrAnAnswer(string text)
    {
        var talk = await new OfflineConversation(All, "Today is 2026-11-23.")
            .Returns("customer_support-get_order", "{\"late\":true,\"x\":[1,[2,{}]],\"\":{\"\":null}}").AskAsync(text);

        Assert.Contains("No language model is configured", talk.Answer);
        Assert.DoesNotContain(talk.Answer, static character => char.IsControl(character) && character != '\n');
    }

    [Theory]
    [InlineData("order 1042, ")]
    [InlineData("If it is late, refund the shipping and ")]
    [InlineData("\"'`«")]
    [InlineData("a")]
    [InlineData("((,;.!?")]
    [InlineData("in in the the at at ")]
    [InlineData("1042 and 1043 or ")]
    [InlineData("\0\r\n")]
    public async Task AMegabyte_IsAnswered(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length));
        var response = await Client.GetResponseAsync([new ChatMessage(ChatRole.User, text)], new ChatOptions { Tools = [.. All] }, TestContext.Current.CancellationToken);

        Assert.NotEmpty(response.Messages[0].Contents);
        var arguments = response.Messages[0].Contents.OfType<FunctionCallContent>().SelectMany(static call => call.Arguments!.Values);
        Assert.All(arguments, static value => Assert.True(value!.ToString()!.Length <= 4000));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\0\u001b[31mred")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[null,1,\"a\",[],{}]")]
    [InlineData("{\"passages\":[null,1,{},{\"text\":5},{\"cite\":\"[1]\",\"text\":\"\"}]}")]
    [InlineData("{\"passages\":[]}")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}")]
    [InlineData("{\"error\":null,\"status\":\"ok\"}")]
    [InlineData("{\"currency\":\"EUR\",\"total\":1e400}")]
    public async Task AnyResult_IsAnswered(string? result)
    {
        var talk = await new OfflineConversation(Toolsets.Support).Returns("customer_support-get_order", result)
            .Returns("customer_support-search_help-center", result).AskAsync("Where is order 1042? If it is late or over 5, refund the shipping.");

        Assert.Contains("No language model is configured", talk.Answer);
        Assert.DoesNotContain(talk.Answer, static character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain(talk.Calls, static call => call.Contains("issue_refund"));
    }

    [Fact]
    public async Task AnySchema_IsRead()
    {
        AITool[] tools =
        [
            TestTool.WithSchema("get_thing", "Returns a thing.", "true"),
            TestTool.WithSchema("get_things", "", "{}"),
            TestTool.WithSchema("-", "?", """{"properties":[]}"""),
            TestTool.WithSchema("", "Returns a thing", """{"properties":{"":{}, "a":true, "b":{"$ref":"#/properties/b"}},"required":["","a","b",1]}"""),
            TestTool.WithSchema("find_thing", "Finds a thing", """{"properties":{"thing_id":{"type":["integer","null"],"pattern":"((((" }},"required":["thing_id"]}"""),
            TestTool.WithSchema("read_thing", "Reads a thing", """{"properties":{"thing":{"anyOf":[{"type":"null"},{"type":"string","pattern":"(a+)+$"}]}},"required":["thing"]}"""),
        ];
        var talk = await new OfflineConversation(tools).AskAsync("Find the thing 12 and read the thing aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab!");

        Assert.Contains(talk.Calls, static call => call == "find_thing {\"thing_id\":12}");
    }

    [Fact]
    public async Task LongHistory_WithForeignContents_IsRead()
    {
        var messages = new List<ChatMessage> { new(ChatRole.System, (string?)null) };
        for (var i = 0; i < 50; i++)
        {
            messages.Add(new ChatMessage(ChatRole.User, $"Where is order {i}?"));
            messages.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"call_{i}", "gone_tool", i % 2 == 0 ? null : new Dictionary<string, object?> { ["x"] = new object(), ["y"] = null })]));
            messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent($"call_{i}", new { OrderId = i }), new FunctionResultContent("unknown", "x"), new DataContent(new byte[3], "image/png")]));
        }

        messages.Add(new ChatMessage(ChatRole.User, "Where is order 7?"));
        var response = await Client.GetResponseAsync(messages, new ChatOptions { Tools = [.. All] }, TestContext.Current.CancellationToken);

        var call = Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal("customer_support-get_order", call.Name);
        Assert.Equal("call_51", call.CallId);
    }

    [Fact]
    public async Task SameRequest_GivesTheSameReply()
    {
        ChatMessage[] messages = [new(ChatRole.User, "Where is order 1042? If it is late, refund the shipping. What is the weather in Oslo?")];
        var options = new ChatOptions { Tools = [.. All] };
        var first = await Client.GetResponseAsync(messages, options, TestContext.Current.CancellationToken);
        using var other = new OfflineChatClient();
        var second = await other.GetResponseAsync(messages, options, TestContext.Current.CancellationToken);

        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(first, AIJsonUtilities.DefaultOptions), System.Text.Json.JsonSerializer.Serialize(second, AIJsonUtilities.DefaultOptions));
    }

    [Fact]
    public async Task CancelledToken_Cancels()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.GetResponseAsync([new ChatMessage(ChatRole.User, "Hi")], cancellationToken: cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hi")], cancellationToken: cancelled))
            {
            }
        });
    }
}
