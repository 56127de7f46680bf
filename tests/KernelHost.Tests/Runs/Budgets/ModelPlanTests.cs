using KernelHost.Agents;
using KernelHost.Models;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Text;

namespace KernelHost.Tests.Runs.Budgets;

public sealed class ModelPlanTests
{
    private static readonly ModelPrice Price = new(1_000_000, 2_000_000, 500_000);

    [Fact]
    public void Refusal_RoomForAll_SetsAsideTheUsualAnswer()
    {
        Assert.Null(ModelPlan.Refusal(new AgentLimits(), Used(0, 0), 100, price: null, largestAnswer: null, out var reservation));

        Assert.Equal(new ModelReservation(100, ModelPlan.UsualAnswer, null), reservation);
        Assert.False(ModelPlan.IsCapped(new AgentLimits(), reservation, largestAnswer: null));
    }

    [Fact]
    public void Refusal_LittleRoom_ShortensTheAnswerToWhatIsLeft()
    {
        var limits = new AgentLimits { Tokens = 1000 };

        Assert.Null(ModelPlan.Refusal(limits, Used(200, 100), 300, price: null, largestAnswer: null, out var reservation));

        Assert.Equal(new ModelReservation(300, 400, null), reservation);
        Assert.True(ModelPlan.IsCapped(limits, reservation, largestAnswer: null));
    }

    [Theory]
    [InlineData(1000, 1000, 1000, 637, "1000 tokens")]
    [InlineData(100_000, 1000, 1000, 701, "1000 input tokens")]
    [InlineData(100_000, 1000, 163, 10, "163 output tokens")]
    public void Refusal_NoRoomForAnAnswerOfUse_NamesTheLimit(int tokens, int inputs, int outputs, long input, string limit) =>
        Assert.Equal(limit, ModelPlan.Refusal(
            new AgentLimits { Tokens = tokens, InputTokens = inputs, OutputTokens = outputs }, Used(300, 100), input, price: null, largestAnswer: null, out _));

    [Fact]
    public void Refusal_Money_BuysInputFirstAndThenAsMuchAnswerAsIsLeft()
    {
        var limits = new AgentLimits { Money = new Money(1000, "USD") };

        // 300 micros are spent and 100 go for the input, so 600 are left: 300 tokens of answer.
        Assert.Null(ModelPlan.Refusal(limits, Used(0, 0, 300), 100, Price, largestAnswer: null, out var reservation));
        Assert.Equal(new ModelReservation(100, 300, 700), reservation);
        Assert.Equal("0.001 USD", ModelPlan.Refusal(limits, Used(0, 0, 300), 573, Price, largestAnswer: null, out _));
    }

    [Fact]
    public void Refusal_MoneyWithoutAPrice_NothingFits() =>
        Assert.Equal("5.00 USD", ModelPlan.Refusal(new AgentLimits { Money = new Money(5_000_000, "USD") }, Used(0, 0), 1, price: null, largestAnswer: null, out _));

    [Fact]
    public void IsCapped_ALimitOfMoneyAndNoConfiguredMost_TheModelIsToldSoThatItCannotOvershoot()
    {
        var limits = new AgentLimits { Money = new Money(5_000_000_000, "USD") };
        ModelPlan.Refusal(limits, Used(0, 0), 1, Price, largestAnswer: null, out var reservation);

        Assert.True(ModelPlan.IsCapped(limits, reservation, largestAnswer: null));
    }

    [Theory]
    [InlineData("0.50 USD", 500_000L, "0.50 USD")]
    [InlineData("0.0000001 EUR", 1L, "0.000001 EUR")]
    [InlineData("12 CHF", 12_000_000L, "12.00 CHF")]
    public void Money_Written_IsRoundedUpToMillionths(string text, long micros, string shown)
    {
        Assert.True(Money.TryParse(text, out var money));
        Assert.Equal((micros, shown), (money.Micros, money.ToString()));
    }

    [Theory]
    [InlineData("0.50")]
    [InlineData("USD 0.50")]
    [InlineData("-1 USD")]
    [InlineData("1,5 USD")]
    [InlineData("1 usd")]
    [InlineData("99999999999 USD")]
    public void Money_WrittenOtherwise_IsNone(string text) => Assert.False(Money.TryParse(text, out _));

    [Fact]
    public void Cost_OfParts_IsRoundedUpOnceAndCachedTokensAreCheaper()
    {
        Assert.Equal(1, new ModelPrice(1, 1, 1).Cost(1, 1));
        Assert.Equal(100 + 20, Price.Cost(100, 10));
        Assert.Equal(60 + 20 + 20, Price.Cost(100, 10, cachedInput: 40));
        Assert.Equal(Price.Cost(100, 10, 100), Price.Cost(100, 10, cachedInput: 1_000_000));
    }

    [Fact]
    public void Cost_OfAnythingAProviderMayCount_DoesNotOverflow() =>
        Assert.True(new ModelPrice(1_000_000_000_000, 1_000_000_000_000, 0).Cost(long.MaxValue, long.MaxValue) > 0);

    private static Spent Used(long input, long output, long micros = 0)
    {
        var spent = new Spent();
        spent.Apply(new ModelReplied { RunId = "run", Step = 1, Text = "", InputTokens = input, OutputTokens = output, CostMicros = micros });
        return spent;
    }
}
