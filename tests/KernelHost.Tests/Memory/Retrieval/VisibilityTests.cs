using System.Globalization;
using KernelHost.Memory;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;
using Record = KernelHost.Memory.Records.Record;

namespace KernelHost.Tests.Memory.Retrieval;

/// <summary>Who sees what, through the whole retrieval.</summary>
public sealed class VisibilityTests
{
    private const int Tenants = 50;
    private static readonly string[] Words = ["dog", "cat", "bird", "fish", "horse", "mouse", "goat", "hen"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FiftyTenants_RandomQueries_NothingOfAnotherTenantIsFoundOrCounted(bool isEmbedded)
    {
        using var house = new DocumentHouse(isShared: true, isEmbedded: isEmbedded);
        var random = new Random(20261126);
        List<HouseDocument> documents = [];
        for (var tenant = 0; tenant < Tenants; tenant++)
        {
            documents.AddRange(Enumerable.Range(0, 3 + (tenant % 4)).Select(i => new HouseDocument($"{Folder(i)}{i}.txt", Sentence(random, 2 + random.Next(6)) + $" tenant{tenant}")
            {
                Tenant = Tenant(tenant),
                Readers = i == 2 ? ["staff"] : null,
            }));
        }

        await house.AddAsync(documents);
        for (var tenant = 0; tenant < Tenants; tenant++)
        {
            // What the tenant would find, and how it would be scored, if it had the store for itself.
            using var alone = new DocumentHouse(isShared: true);
            await alone.AddAsync([.. documents.Where(document => document.Tenant == Tenant(tenant))]);
            var scope = RetrievalScope.Of("someone", tenant % 2 == 0 ? ["staff"] : [], Tenant(tenant));
            for (var i = 0; i < 4; i++)
            {
                var query = $"{Sentence(random, 1 + random.Next(3))} tenant{random.Next(Tenants)}";
                var options = new SearchOptions { Top = 20, Explain = true, ShowSections = i % 2 == 0, MarginalRelevance = i == 3 ? 0.7 : null };
                var shared = await house.FindAsync(query, scope, options);

                Assert.All(shared.Hits, hit => Assert.Equal(Tenant(tenant), hit.Record[DocumentSchema.Tenant]));
                Assert.Equal(Describe(await alone.FindAsync(query, scope, options)), Describe(shared));
            }
        }
    }

    [Fact]
    public async Task SharedCollection_AScopeWithoutTenant_IsRefused()
    {
        using var house = new DocumentHouse(isShared: true);
        await house.AddAsync(new HouseDocument("a.txt", "dog") { Tenant = "acme" });

        var exception = await Assert.ThrowsAsync<MemoryException>(() => house.FindAsync("dog"));
        Assert.Contains("KernelHost:Principals", exception.Message, StringComparison.Ordinal);
        Assert.Empty((await house.FindAsync("dog", RetrievalScope.Of("anyone", tenant: "acm"))).Hits);
        Assert.Single((await house.FindAsync("dog", RetrievalScope.Of("anyone", tenant: "acme"))).Hits);
    }

    [Fact]
    public async Task CollectionOfOneHost_AScopeWithATenant_SeesIt()
    {
        using var house = new DocumentHouse();
        await house.AddAsync(new HouseDocument("a.txt", "dog"));

        Assert.Single((await house.FindAsync("dog", RetrievalScope.Of("anyone", tenant: "acme"))).Hits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FiveHundredGroups_EachSeesItsOwnAndWhatIsForEverybody(bool isEmbedded)
    {
        using var house = new DocumentHouse(isEmbedded: isEmbedded);
        await house.AddAsync([.. Enumerable.Range(0, 600).Select(static i => new HouseDocument($"{i}.txt", $"dog number {i}") { Readers = i % 10 == 0 ? null : [Group(i), "auditors"] })]);
        string[] groups = [.. Enumerable.Range(0, 500).Select(Group)];

        var seen = await house.SourcesAsync("dog", RetrievalScope.Of("alice", groups), new SearchOptions { Top = 1000 });

        Assert.Equal(510, seen.Count);
        Assert.All(seen, static source => Assert.True(int.Parse(source[..^4], CultureInfo.InvariantCulture) is var i && (i < 500 || i % 10 == 0)));
        Assert.Equal(60, (await house.SourcesAsync("dog", RetrievalScope.Of("bob"), new SearchOptions { Top = 1000 })).Count);
        Assert.Equal(600, (await house.SourcesAsync("dog", RetrievalScope.Of("carol", ["auditors"]), new SearchOptions { Top = 1000 })).Count);
    }

    [Fact]
    public async Task AStoreThatIgnoresTheFilter_ShowsNothingMore()
    {
        using var house = new DocumentHouse(isShared: true);
        await house.AddAsync(
            new("mine.txt", "dog") { Tenant = "acme" }, new("theirs.txt", "dog") { Tenant = "umbra" }, new("boards.txt", "dog") { Tenant = "acme", Readers = ["board"] });
        await house.Records.UpsertAsync([new Record("plain") { Fields = new Dictionary<string, object?> { [DocumentSchema.Kind] = "document", [DocumentSchema.Text] = "dog", [DocumentSchema.Tenant] = "acme" } }], TestContext.Current.CancellationToken);
        using var careless = new CarelessStore(house.Store);
        var search = new DocumentSearch(careless, house.Embedding);

        var answer = await search.SearchAsync(DocumentHouse.Collection, "dog", RetrievalScope.Of("alice", tenant: "acme"), new SearchOptions(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(4, careless.Returned);
        Assert.Equal("mine.txt", Assert.Single(answer.Passages).Source);
    }

    private static string Tenant(int i) => string.Create(CultureInfo.InvariantCulture, $"tenant-{i}");

    private static string Group(int i) => string.Create(CultureInfo.InvariantCulture, $"group-{i}");

    private static string Folder(int i) => i % 2 == 0 ? "even/" : "odd/";

    private static string Sentence(Random random, int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));

    private static IEnumerable<string> Describe(SearchAnswer answer) => answer.Hits.Select(static hit => string.Create(
        CultureInfo.InvariantCulture, $"{hit.Passage.Id} {hit.Fused:0.000000} {hit.Keywords?.Rank} {hit.Keywords?.Score:0.00000} {hit.Vector?.Rank} {hit.Vector?.Score:0.00000}"));
}
