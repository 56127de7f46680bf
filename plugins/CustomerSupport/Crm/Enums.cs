using System.Text.Json.Serialization;

namespace KernelHost.Plugins.CustomerSupport.Crm;

// The member names below are at once what models read and write, and what the database stores.

/// <summary>Where an order stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderStatus>))]
internal enum OrderStatus
{
    [JsonStringEnumMemberName("processing")]
    Processing,

    [JsonStringEnumMemberName("in_transit")]
    InTransit,

    [JsonStringEnumMemberName("delivered")]
    Delivered,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    [JsonStringEnumMemberName("returned")]
    Returned,
}

/// <summary>Which part of an order is paid back.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefundScope>))]
internal enum RefundScope
{
    [JsonStringEnumMemberName("shipping")]
    Shipping,

    [JsonStringEnumMemberName("item")]
    Item,

    [JsonStringEnumMemberName("full")]
    Full,
}

/// <summary>How soon a person should look at a ticket.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TicketPriority>))]
internal enum TicketPriority
{
    [JsonStringEnumMemberName("low")]
    Low,

    [JsonStringEnumMemberName("normal")]
    Normal,

    [JsonStringEnumMemberName("high")]
    High,

    [JsonStringEnumMemberName("urgent")]
    Urgent,
}
