namespace KernelHost.Tests.Models.Offline;

/// <summary>The request of the first scenario, with every way it can go on.</summary>
public sealed class MainJobTests
{
    private const string Request = "Where is my order 1042? If it is late, refund the shipping.";

    private const string LateOrder = """
        {"orderId":1042,"status":"in_transit","placed":"2026-11-09","promisedDelivery":"2026-11-16","late":true,"daysLate":4,
         "customer":{"id":17,"name":"Ada Example"},"shipment":{"carrier":"Parcel Star","tracking":"PS-88-1042","status":"in_transit"},
         "items":[{"itemId":1,"name":"Desk lamp","quantity":1,"price":39.90}],"shippingCost":4.90,"total":44.80,"currency":"EUR"}
        """;

    private const string Passages = """
        {"passages":[{"cite":"[1]","source":"shipping/late.md","title":"Late deliveries","section":"Refunds",
          "text":"Parcels are tracked from the warehouse. If a delivery is late by more than two days, we refund the shipping costs."},
         {"cite":"[2]","source":"returns.md","title":"Returns","text":"Goods can be returned within 30 days."}]}
        """;

    private static OfflineConversation Talk(object? order, object? refund) => new OfflineConversation(Toolsets.Support)
        .Returns("customer_support-get_order", order)
        .Returns("customer_support-search_help-center", Passages)
        .Returns("customer_support-issue_refund", refund);

    [Fact]
    public async Task LateOrder_ReadsAndSearchesAtOnce_ThenRefundsAndAnswersWithCitation()
    {
        var talk = await Talk(LateOrder, """{"refundId":"R-77","amount":4.90,"currency":"EUR","status":"issued"}""").AskAsync(Request);

        Assert.Equal(2, talk.Rounds.Count);
        Assert.Equal(
            ["customer_support-get_order {\"order_id\":1042}", "customer_support-search_help-center {\"query\":\"If it is late, refund the shipping\"}"],
            talk.Rounds[0]);
        Assert.Equal(["customer_support-issue_refund {\"order_id\":1042,\"scope\":\"shipping\"}"], talk.Rounds[1]);
        Assert.Contains("Order 1042 is in transit and late", talk.Answer);
        Assert.Contains("promised delivery: 2026-11-16", talk.Answer);
        Assert.Contains("Parcel Star", talk.Answer);
        Assert.Contains("\"If a delivery is late by more than two days, we refund the shipping costs.\" [1]", talk.Answer);
        Assert.Contains("Done: issue_refund (order_id: 1042, scope: shipping) -> ", talk.Answer);
        Assert.Contains("R-77", talk.Answer);
        Assert.Contains("4.90 EUR", talk.Answer);
        Assert.Contains("No language model is configured", talk.Answer);
        Assert.Contains("KernelHost__Models__default__Provider", talk.Answer);
    }

    [Fact]
    public async Task OrderOnTime_DoesNotRefund_AndSaysWhy()
    {
        var talk = await Talk(LateOrder.Replace("\"late\":true", "\"late\":false").Replace("\"daysLate\":4", "\"daysLate\":0"), null).AskAsync(Request);

        Assert.DoesNotContain(talk.Calls, static call => call.Contains("issue_refund"));
        Assert.Contains("in transit and not late", talk.Answer);
        Assert.Contains("I did not do 'refund the shipping', because its condition 'it is late' does not hold (late: no).", talk.Answer);
    }

    [Fact]
    public async Task ResultWithoutTheField_DoesNotRefund_AndSaysThatItCannotTell()
    {
        var talk = await Talk("""{"orderId":1042,"status":"in_transit"}""", null).AskAsync(Request);

        Assert.DoesNotContain(talk.Calls, static call => call.Contains("issue_refund"));
        Assert.Contains("I could not tell from the results whether its condition 'it is late' holds", talk.Answer);
    }

    [Theory]
    [InlineData("This call waits for approval A-5. Approve it with: kernelhost approvals approve A-5", "waits for approval", "A-5")]
    [InlineData("""{"status":"awaiting_approval","message":"Approval A-5 is needed."}""", "waits for approval", "A-5")]
    [InlineData("The call was denied by policy: refunds are frozen.", "was denied", "refunds are frozen")]
    [InlineData("""{"error":{"code":"denied","message":"denied by Ada: wrong order"}}""", "was denied", "wrong order")]
    [InlineData("Error: the payment provider does not answer.", "failed", "the payment provider does not answer.")]
    [InlineData("""{"error":"already refunded"}""", "failed", "already refunded")]
    public async Task RefundThatIsNotDone_IsReportedAndNotRepeated(string result, string outcome, string detail)
    {
        var talk = await Talk(LateOrder, result).AskAsync(Request);

        Assert.Single(talk.Calls, static call => call.Contains("issue_refund"));
        Assert.Contains("issue_refund (order_id: 1042, scope: shipping) " + outcome, talk.Answer);
        Assert.Contains(detail, talk.Answer);
        Assert.DoesNotContain("Done:", talk.Answer);
    }

    [Theory]
    [InlineData("Refund the shipping of order 1042 if")]
    [InlineData("Refund the shipping of order 1042 unless")]
    [InlineData("Refund the shipping of order 1042 if the moon is full")]
    [InlineData("Should I refund the shipping of order 1042?")]
    [InlineData("Refund the shipping of order 1042?")]
    [InlineData("Do not refund the shipping of order 1042.")]
    [InlineData("Never refund the shipping of order 1042")]
    [InlineData("The shipping of order 1042 was refunded.")]
    [InlineData("Why was the shipping of order 1042 not refunded?")]
    [InlineData("Tell me whether I can refund the shipping of order 1042")]
    public async Task RequestThatOrdersNothing_RefundsNothing(string request)
    {
        var talk = await Talk(LateOrder, "Refunded.").AskAsync(request);

        Assert.DoesNotContain(talk.Calls, static call => call.Contains("issue_refund"));
    }

    [Fact]
    public async Task FailedRead_DoesNotRefund_AndSaysWhatFailed()
    {
        var talk = await Talk("Error: order 1042 does not exist.", null).AskAsync(Request);

        Assert.Single(talk.Rounds);
        Assert.Contains("get_order (order_id: 1042) failed: order 1042 does not exist.", talk.Answer);
        Assert.Contains("could not tell", talk.Answer);
    }

    [Theory]
    [InlineData("Refund the shipping of order 1042 if it is late.")]
    [InlineData("Is order 1042 late? If so, refund the shipping.")]
    [InlineData("Please check order #1042 and refund the shipping if it is late")]
    [InlineData("If order 1042 is late, then refund the shipping, please.")]
    [InlineData("Can you refund the shipping for order number 1042 if it's delayed?")]
    [InlineData("Refund the shipping of order 1042 unless it is on time.")]
    [InlineData("please refund shipping for order 1042 when it's late")]
    [InlineData("Refund the shipping of order 1042 when late")]
    [InlineData("In the event that order 1042 is late, refund the shipping.")]
    [InlineData("Should order 1042 be late, refund the shipping.")]
    [InlineData("When order 1042 is late, refund the shipping.")]
    [InlineData("Refund the shipping of order 1042 as long as it is late.")]
    [InlineData("WHERE IS MY ORDER 1042? IF IT IS LATE REFUND THE SHIPPING!")]
    public async Task OtherWords_DoTheSame(string request)
    {
        var talk = await Talk(LateOrder, "Refunded 4.90 EUR.").AskAsync(request);

        Assert.Contains("customer_support-get_order {\"order_id\":1042}", talk.Rounds[0]);
        Assert.Equal(["customer_support-issue_refund {\"order_id\":1042,\"scope\":\"shipping\"}"], talk.Rounds[^1]);
        Assert.Contains("Done: issue_refund", talk.Answer);
    }
}
