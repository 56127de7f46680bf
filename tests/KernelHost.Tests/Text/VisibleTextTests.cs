using KernelHost.Text;

namespace KernelHost.Tests.Text;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("Refund 12.90 EUR", "Refund 12.90 EUR")]
    [InlineData("", "")]
    [InlineData("größer, 日本語, العربية, Привет, Ελλάδα, é", "größer, 日本語, العربية, Привет, Ελλάδα, é")]
    [InlineData("😀 👍🏽", "😀 👍🏽")]
    [InlineData("invoice\u202Efdp.exe", "invoice⟦U+202E⟧fdp.exe")]
    [InlineData("\u2066a\u2069", "⟦U+2066⟧a⟦U+2069⟧")]
    [InlineData("ad\u200Bmin", "ad⟦U+200B⟧min")]
    [InlineData("ad\u00ADmin", "ad⟦U+00AD⟧min")]
    [InlineData("a\u2060b\uFEFFc", "a⟦U+2060⟧b⟦U+FEFF⟧c")]
    [InlineData("red\u001b[31m", "red⟦U+001B⟧[31m")]
    [InlineData("a\0b\u007Fc\u0085d\u009Be", "a⟦U+0000⟧b⟦U+007F⟧c⟦U+0085⟧d⟦U+009B⟧e")]
    [InlineData("one\r\ntwo\tthree", "one⟦U+000D⟧⟦U+000A⟧two⟦U+0009⟧three")]
    [InlineData("a\u00A0b\u2003c\u3000d", "a⟦U+00A0⟧b⟦U+2003⟧c⟦U+3000⟧d")]
    [InlineData("a\u2028b\u2029c", "a⟦U+2028⟧b⟦U+2029⟧c")]
    [InlineData("a\u3164b\u115Fc\u2800d\u034Fe", "a⟦U+3164⟧b⟦U+115F⟧c⟦U+2800⟧d⟦U+034F⟧e")]
    [InlineData("x\uFE0Fy", "x⟦U+FE0F⟧y")]
    [InlineData("a\U000E0041b\U000E0100", "a⟦U+E0041⟧b⟦U+E0100⟧")]
    [InlineData("a\uE000b", "a⟦U+E000⟧b")]
    [InlineData("⟦U+202E⟧", "⟦U+27E6⟧U+202E⟦U+27E7⟧")]
    [InlineData("p\u0430ypal.com", "pа⟦U+0430⟧ypal.com")]
    [InlineData("ｐaypal", "ｐ⟦U+FF50⟧aypal")]
    [InlineData("\U0001D429aypal", "\U0001D429⟦U+1D429⟧aypal")]
    [InlineData("IBAN für Мария", "IBAN für Мария")]
    public void Escape_WhatCannotBeSeenOrImitates_IsWrittenOut(string text, string expected) => Assert.Equal(expected, VisibleText.Escape(text));

    // Not a case of the theory: attributes cannot hold such text.
    [Fact]
    public void Escape_LoneSurrogates_AreWrittenOut() => Assert.Equal("lone ⟦U+D800⟧ and ⟦U+DC00⟧", VisibleText.Escape("lone \ud800 and \udc00"));

    [Fact]
    public void Escape_KeepLines_KeepsOnlyLineFeedAndTab() =>
        Assert.Equal("one⟦U+000D⟧\ntwo\tthree⟦U+000B⟧", VisibleText.Escape("one\r\ntwo\tthree\v", keepLines: true));

    [Fact]
    public void Escape_NothingToWriteOut_ReturnsTheSameString()
    {
        var text = new string('é', 3);
        Assert.Same(text, VisibleText.Escape(text));
    }

    [Fact]
    public void Escape_AMegabyteOfOneWord_IsLinear() =>
        Assert.Equal(1_000_000, VisibleText.Escape(new string('а', 1_000_000)).Length);

    [Fact]
    public void Escape_EveryUnit_LeavesNothingThatATerminalActsOn()
    {
        for (var unit = 0; unit <= 0xFFFF; unit++)
        {
            var escaped = VisibleText.Escape(((char)unit).ToString());
            Assert.DoesNotContain(escaped, character => char.IsControl(character) || char.IsSurrogate(character)
                || char.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.Format);
        }
    }
}
