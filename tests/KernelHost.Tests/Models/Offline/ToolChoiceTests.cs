using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Models.Offline;

/// <summary>Which tools are called for a request, with which arguments: the first round over toolsets of five domains.</summary>
public sealed class ToolChoiceTests
{
    private const string Today = "You help. Today is 2026-11-23 (Monday).";

    public static TheoryData<string, string, string[]> Requests => new()
    {
        // Support
        { "support", "Where is my order 1042?", ["customer_support-get_order {\"order_id\":1042}"] },
        { "support", "order #1042 status please", ["customer_support-get_order {\"order_id\":1042}"] },
        { "support", "What's the status of orders 1042 and 1043?", ["customer_support-get_order {\"order_id\":1042}", "customer_support-get_order {\"order_id\":1043}"] },
        { "support", "Find the customer ann@example.com", ["customer_support-find_customer {\"query\":\"ann@example.com\"}"] },
        { "support", "List the orders of customer 17", ["customer_support-list_orders {\"customer_id\":17}"] },
        { "support", "Show me the delivered orders of customer 17.", ["customer_support-list_orders {\"customer_id\":17,\"status\":\"delivered\"}"] },
        { "support", "Which orders does ann@example.com have?", ["customer_support-find_customer {\"query\":\"ann@example.com\"}"] },
        { "support", "Open a ticket for customer 17 about \"broken lamp\" saying \"It arrived broken.\"",
            ["customer_support-open_ticket {\"customer_id\":17,\"subject\":\"broken lamp\",\"body\":\"It arrived broken.\"}"] },
        { "support", "Refund item 3 of order 1042 because it was broken.",
            ["customer_support-issue_refund {\"order_id\":1042,\"scope\":\"item\",\"reason\":\"it was broken\",\"item_id\":3}"] },
        { "support", "I'd like a full refund for order 1042", ["customer_support-issue_refund {\"order_id\":1042,\"scope\":\"full\"}"] },
        { "support", "How do I return an order?", ["customer_support-search_help-center {\"query\":\"How do I return an order\"}"] },
        { "support", "What is your refund and return policy?", ["customer_support-search_help-center {\"query\":\"What is your refund and return policy\"}"] },
        { "support", "How long is the warranty on lamps?", ["customer_support-search_help-center {\"query\":\"How long is the warranty on lamps\"}"] },
        { "support", "Do you refund shipping?", ["customer_support-search_help-center {\"query\":\"Do you refund shipping\"}"] },
        { "support", "Was order 1042 refunded?", ["customer_support-get_order {\"order_id\":1042}"] },
        { "support", "Where is order 1042? Do not refund anything.", ["customer_support-get_order {\"order_id\":1042}"] },
        { "support", "Cancel order 1042", [] },
        { "support", "Hello!", [] },
        { "support", "Thanks, that was great.", [] },
        { "support", "", [] },

        // Weather
        { "weather", "What's the weather like in Paris tomorrow?", ["weather-get_forecast {\"city\":\"Paris\",\"date\":\"2026-11-24\"}"] },
        { "weather", "weather in new york on 3 December 2026", ["weather-get_forecast {\"city\":\"new york\",\"date\":\"2026-12-03\"}"] },
        { "weather", "Forecast for San Francisco and Oslo, please", ["weather-get_forecast {\"city\":\"San Francisco\"}", "weather-get_forecast {\"city\":\"Oslo\"}"] },
        { "weather", "How is the air quality in Kraków and what is the weather there?", ["weather-get_air_quality {\"city\":\"Kraków\"}", "weather-get_forecast {\"city\":\"Kraków\"}"] },
        { "weather", "Will it rain in Paris tomorrow?", ["weather-get_forecast {\"city\":\"Paris\",\"date\":\"2026-11-24\"}"] },
        { "weather", "Create an alert for rain in Oslo and send it to me@example.com", ["weather-create_alert {\"city\":\"Oslo\",\"condition\":\"rain\",\"email\":\"me@example.com\"}"] },
        { "weather", "Is there an alert for snow in Oslo?", [] },

        // Calendar
        { "calendar", "What events do I have tomorrow?", ["calendar-list_events {\"start\":\"2026-11-24\"}"] },
        { "calendar", "What's on my calendar tomorrow?", ["calendar-list_events {\"start\":\"2026-11-24\"}"] },
        { "calendar", "List my events from 2026-12-01 to 2026-12-05", ["calendar-list_events {\"start\":\"2026-12-01\",\"end\":\"2026-12-05\"}"] },
        { "calendar", "Create an event called Launch Review on 2026-12-01 at 10:30 with ann@example.com and bob@example.com",
            ["calendar-create_event {\"title\":\"Launch Review\",\"start\":\"2026-12-01T10:30:00\",\"attendees\":[\"ann@example.com\",\"bob@example.com\"]}"] },
        { "calendar", "Schedule a private event \"Dentist\" next Friday at 3pm", ["calendar-create_event {\"title\":\"Dentist\",\"start\":\"2026-11-27T15:00:00\",\"private\":true}"] },
        { "calendar", "Cancel the event EV-12", ["calendar-delete_event {\"event_id\":\"EV-12\"}"] },
        { "calendar", "Find a free slot of 45 minutes on 24 November 2026", ["calendar-find_free_slot {\"day\":\"2026-11-24\",\"minutes\":45}"] },
        { "calendar", "Delete the event 12", [] },

        // SQL
        { "sql", "Which tables are there?", ["sql-list_tables {}"] },
        { "sql", "Describe the table orders", ["sql-describe_table {\"table\":\"orders\"}"] },
        { "sql", "What columns does the customers table have?", ["sql-describe_table {\"table\":\"customers\"}"] },
        { "sql", "Run the query `select count(*) from orders` with limit 10", ["sql-run_query {\"sql\":\"select count(*) from orders\",\"limit\":10}"] },
        { "sql", "How many rows are in orders? Use select count(*) from orders", ["sql-run_query {\"sql\":\"select count(*) from orders\"}"] },
        { "sql", "What would happen if I drop the orders table?", [] },
        { "sql", "Drop the table temp_rows", ["sql-drop_table {\"table\":\"temp_rows\"}"] },

        // Publishing
        { "publishing", "Show article 7", ["cms-get_article {\"article_id\":7}"] },
        { "publishing", "List the first 5 draft articles", ["cms-list_articles {\"status\":\"draft\",\"limit\":5}"] },
        { "publishing", "Publish article 7 and do not notify subscribers", ["cms-publish_article {\"article_id\":7}"] },
        { "publishing", "publish article 7 without notifying the subscribers", ["cms-publish_article {\"article_id\":7,\"notify_subscribers\":false}"] },
        { "publishing", "Publish article 7 if it is a draft",
            ["cms-get_article {\"article_id\":7}", "cms-search_style_guide {\"query\":\"Publish article 7 if it is a draft\"}"] },
        { "publishing", "How should I write headlines?", ["cms-search_style_guide {\"query\":\"How should I write headlines\"}"] },
        { "publishing", "Search the style guide for title case", ["cms-search_style_guide {\"query\":\"title case\"}"] },
        { "publishing", "Which articles are published?", ["cms-list_articles {\"status\":\"published\"}"] },
        { "publishing", "Is article 7 published?", ["cms-get_article {\"article_id\":7}"] },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task FirstRound_CallsWhatTheRequestAsks(string toolset, string request, string[] calls)
    {
        var talk = await new OfflineConversation(Tools(toolset), Today).AskAsync(request);

        Assert.Equal(calls, talk.Rounds.Count == 0 ? [] : talk.Rounds[0]);
        Assert.Contains("No language model is configured", talk.Answer);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task AllToolsetsTogether_ChooseTheSame(string toolset, string request, string[] calls)
    {
        // Where nothing fitted, another domain's tool may rightly fit, but none that changes anything.
        AITool[] all = [.. Toolsets.Support, .. Toolsets.Weather, .. Toolsets.Calendar, .. Toolsets.Sql, .. Toolsets.Publishing];
        var talk = await new OfflineConversation(all, Today).AskAsync(request);

        Assert.All(calls, call => Assert.True(talk.Calls.Contains(call), $"{toolset}: {call} is not in {string.Join("; ", talk.Calls)}"));
        Assert.DoesNotContain(talk.Calls, call => !calls.Contains(call) && IsChange(call));
    }

    [Fact]
    public async Task RelativeDate_WithoutAKnownToday_IsNotInvented()
    {
        var talk = await new OfflineConversation(Toolsets.Calendar).AskAsync("Create an event called Launch tomorrow");

        Assert.Empty(talk.Rounds);
        Assert.Contains("I still need start", talk.Answer);
    }

    private static bool IsChange(string call) =>
        ((string[])["open_", "issue_", "create_", "delete_", "drop_", "publish_", "send_"]).Any(verb => call.Contains('-' + verb, StringComparison.Ordinal));

    private static AITool[] Tools(string toolset) => toolset switch
    {
        "support" => Toolsets.Support,
        "weather" => Toolsets.Weather,
        "calendar" => Toolsets.Calendar,
        "sql" => Toolsets.Sql,
        _ => Toolsets.Publishing,
    };

    [Theory]
    [InlineData("What is your return policy for worn shoes?")]
    [InlineData("where is my parcel")]
    [InlineData("I want to find the customer")]
    public async Task ToolThatFindsByOptionalValues_NoneGiven_IsNotCalled(string request)
    {
        var find = TestTool.WithSchema("shop-find_customer", "Finds customers by e-mail or name, with their orders and parcels.",
            """{"type":"object","properties":{"email":{"type":"string"},"name":{"type":"string"}}}""");

        var talk = await new OfflineConversation([find]).AskAsync(request);

        Assert.Empty(talk.Calls);
    }

    [Fact]
    public async Task ToolThatListsByOptionalValues_NoneGiven_ListsAll()
    {
        var list = TestTool.WithSchema("shop-list_customers", "Lists customers.", """{"type":"object","properties":{"country":{"type":"string"}}}""");

        var talk = await new OfflineConversation([list]).Returns("shop-list_customers", "none").AskAsync("List the customers");

        Assert.Equal(["shop-list_customers {}"], talk.Calls);
    }
}
