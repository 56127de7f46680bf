using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Models.Offline;

/// <summary>Invented toolsets of several domains. The client knows none of them.</summary>
internal static class Toolsets
{
    public static readonly AITool[] Support =
    [
        TestTool.Of("customer_support-get_order", "Returns one order with its items, shipment and delivery status.", "order_id:integer The number of the order."),
        TestTool.Of("customer_support-list_orders", "Lists the orders of a customer.", "customer_id:integer The customer's number.", "status?:placed|shipped|in_transit|delivered"),
        TestTool.Of("customer_support-find_customer", "Finds customers by name or e-mail.", "query:string A name or an e-mail address."),
        TestTool.Of("customer_support-open_ticket", "Opens a support ticket for a customer.", "customer_id:integer", "subject:string", "body:string"),
        TestTool.Of("customer_support-issue_refund", "Refunds the shipping, one item or all of an order.", "order_id:integer", "scope:shipping|item|full", "reason?:string", "item_id?:integer"),
        TestTool.Of("customer_support-search_help-center", "Searches the help center: returns, shipping, warranty.", "query:string What to look for.", "top?:integer"),
    ];

    public static readonly AITool[] Weather =
    [
        TestTool.Of("weather-get_forecast", "Weather forecast for a city.", "city:string", "date?:date"),
        TestTool.Of("weather-get_air_quality", "Current air quality of a city.", "city:string"),
        TestTool.Of("weather-create_alert", "Creates an alert that is sent when a condition is met.", "city:string", "condition:rain|snow|storm", "email:email"),
    ];

    public static readonly AITool[] Calendar =
    [
        TestTool.Of("calendar-list_events", "Lists the events between two days.", "start:date", "end?:date"),
        TestTool.Of("calendar-create_event", "Creates an event in the calendar.", "title:string", "start:date-time When it starts.", "attendees?:email[]", "private?:boolean"),
        TestTool.Of("calendar-delete_event", "Deletes an event from the calendar.", "event_id:^EV-[0-9]+$"),
        TestTool.Of("calendar-find_free_slot", "Finds a free time slot on a day.", "day:date", "minutes:integer How many minutes it should last."),
    ];

    public static readonly AITool[] Sql =
    [
        TestTool.Of("sql-list_tables", "Lists the tables of the database."),
        TestTool.Of("sql-describe_table", "Returns the columns of a table.", "table:string The name of the table."),
        TestTool.Of("sql-run_query", "Runs a read-only SQL query and returns the rows.", "sql:string The statement.", "limit?:integer How many rows to return."),
        TestTool.Of("sql-drop_table", "Drops a table with all of its rows.", "table:string"),
    ];

    public static readonly AITool[] Publishing =
    [
        TestTool.Of("cms-get_article", "Returns an article with its status and its author.", "article_id:integer"),
        TestTool.Of("cms-list_articles", "Lists articles.", "status?:draft|published|archived", "tag?:string", "limit?:integer"),
        TestTool.Of("cms-publish_article", "Publishes an article on the website.", "article_id:integer", "notify_subscribers?:boolean"),
        TestTool.Of("cms-send_newsletter", "Sends a newsletter to the subscribers.", "subject:string", "body:string"),
        TestTool.Of("cms-search_style_guide", "Searches the passages of the editorial style guide.", "query:string"),
    ];
}
