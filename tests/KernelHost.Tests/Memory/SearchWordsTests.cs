using KernelHost.Memory.Ranking;

namespace KernelHost.Tests.Memory;

public sealed class SearchWordsTests : IDisposable
{
    private readonly MemoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("getOrderById", "getorderbyid get order by id")]
    [InlineData("HTTPServer", "httpserver http server")]
    [InlineData("order_id", "order id")]
    [InlineData("Order1042", "order1042 order 1042")]
    [InlineData("A4", "a4")]
    [InlineData("Žluťoučký kůň", "zlutoucky kun")]
    [InlineData("Größe Übermaß", "gros ubermas")]
    [InlineData("Ångström œuvre Łódź", "angstrom oeuvr lodz")]
    [InlineData("ΟΔΟΣ οδός", "οδοσ οδοσ")]
    [InlineData("co\u00ADop ＦＵＬＬ ﬁne", "coop ful fin")]
    [InlineData("配送", "配 配送 送")]
    [InlineData("don't", "don t")]
    public void OfDocument_Text_IsCutAndFolded(string text, string words) =>
        Assert.Equal(words.Split(' ').Order(), SearchWords.OfDocument(text).Order());

    [Theory]
    [InlineData("returns returned returning return")]
    [InlineData("policy policies")]
    [InlineData("ship ships shipped shipping")]
    [InlineData("charge charges charged charging")]
    [InlineData("cancel cancels cancelled canceled cancelling")]
    [InlineData("address addresses addressed")]
    [InlineData("box boxes boxed")]
    [InlineData("call calls called calling")]
    [InlineData("size sizes sized sizing")]
    public void Of_FormsOfAWord_HaveOneStem(string forms) => Assert.Single(forms.Split(' ').Select(LightStem.Of).Distinct());

    [Theory]
    [InlineData("status")]
    [InlineData("this")]
    [InlineData("string")]
    [InlineData("bus")]
    [InlineData("a1b2s")]
    [InlineData("größes")]
    public void Of_NoEnding_StaysAsItIs(string word) => Assert.Equal(word, LightStem.Of(word));

    [Fact]
    public void ForQuery_LongWordsAndManyWords_AreCut()
    {
        Assert.Equal(new string('7', 64), SearchWords.ForQuery(new string('7', 100), 5).Single());
        // Gothic letters take two characters each.
        Assert.Equal("b" + string.Concat(Enumerable.Repeat("𐌰", 31)), SearchWords.ForQuery("b" + string.Concat(Enumerable.Repeat("𐌰", 50)), 5).Single());
        Assert.Equal(2, SearchWords.ForQuery("one two three", 2).Count);
    }

    [Theory]
    [InlineData("Reklamace je možná do třiceti dnů.", "reklamace trideti")]
    [InlineData("Příliš žluťoučký kůň úpěl.", "ZLUTOUCKY")]
    [InlineData("Rückgabe binnen 30 Tagen, große Pakete.", "ruckgabe")]
    [InlineData("Rückgabe binnen 30 Tagen, große Pakete.", "GROSSE")]
    [InlineData("お客様の注文は東京から配送されます。", "注文")]
    [InlineData("お客様の注文は東京から配送されます。", "東京から")]
    [InlineData("订单将在三天内发货。", "发货")]
    [InlineData("주문은 서울에서 배송됩니다.", "배송")]
    [InlineData("สินค้าจะจัดส่งภายในสามวัน", "จัดส่ง")]
    [InlineData("Заказ отправлен вчера.", "заказ")]
    [InlineData("call getOrderById now", "order")]
    [InlineData("call getOrderById now", "GETORDERBYID")]
    public async Task Search_ManyLanguages_FindTheirWords(string text, string query)
    {
        _folder.Write("a.md", text);
        _folder.Write("b.md", "Something else entirely.");
        using var store = _folder.Open(isLexical: true);
        await _folder.IngestAsync(store);
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, query));
    }

    [Fact]
    public async Task Search_GermanTranscription_IsNotTheUmlaut()
    {
        // A documented limit: folding "ue" would also fold "blue".
        _folder.Write("a.md", "Rückgabe binnen 30 Tagen.");
        using var store = _folder.Open(isLexical: true);
        await _folder.IngestAsync(store);
        Assert.Empty(await MemoryFolder.SourcesAsync(store, "Rueckgabe"));
    }
}
