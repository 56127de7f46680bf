using KernelHost.Runs.Provenance;

namespace KernelHost.Tests.Runs.Provenance;

public sealed class TrustedWordsTests
{
    [Theory]
    [InlineData("Where is my order 1042? Refund it.", "1042")]
    [InlineData("Order #1042, please", "1042")]
    [InlineData("(1042)", "1042")]
    [InlineData("order:1042", "1042")]
    [InlineData("https://shop.example/?id=1042", "1042")]
    [InlineData("order 1042's shipping", "1042")]
    [InlineData("1042", "1042")]
    [InlineData("9 1042", "1042")]
    [InlineData("订单1042延迟了", "1042")]
    [InlineData("write to bob@example.com.", "bob@example.com")]
    [InlineData("move it to \"Old stuff/2024\"", "Old stuff/2024")]
    [InlineData("10% of it", "10")]
    [InlineData("10420 or 1042", "1042")]
    public void Value_ThatStandsByItself_IsHeld(string text, string value) => Assert.True(TrustedWords.Hold(text, value));

    [Theory]
    [InlineData("order 10423", "1042")]
    [InlineData("order 91042", "1042")]
    [InlineData("it cost 1042.50", "1042")]
    [InlineData("it cost 1,042", "1")]
    [InlineData("1042-7", "1042")]
    [InlineData("-1042", "1042")]
    [InlineData("write to bob@example.com", "example.com")]
    [InlineData("write to bob@example.com", "bob")]
    [InlineData("write to bob@example.com", "Bob@example.com")]
    [InlineData("pay ACME", "acme")]
    [InlineData("pay ACME", "ＡＣＭＥ")]
    [InlineData("pay ACME", "ACME\u200b")]
    [InlineData("pay ACME", "ACME ")]
    [InlineData("pay acme  ltd", "acme ltd")]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("delete *.csv", ".csv")]
    [InlineData("C:\\new\\file", "new")]
    [InlineData("anything", "")]
    [InlineData("", "x")]
    public void Value_ThatOnlyLooksLikeIt_IsNot(string text, string value) => Assert.False(TrustedWords.Hold(text, value));

    [Theory]
    [InlineData("refund 10.50 for order 7", "10.5", true)]
    [InlineData("refund 10.50 for order 7", "7", true)]
    [InlineData("refund 10.50 for order 7", "10", false)]
    [InlineData("refund 10.50 for order 7", "50", false)]
    [InlineData("set it to -5 degrees", "-5", true)]
    [InlineData("set it to -5 degrees", "5", false)]
    [InlineData("item-5", "5", false)]
    [InlineData("item-5", "-5", false)]
    [InlineData("version 1.2.3", "1.2", false)]
    [InlineData("007", "7", true)]
    public void Number_IsComparedByItsValue(string text, string value, bool held) =>
        Assert.Equal(held, TrustedWords.Hold(text, decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)));
}
