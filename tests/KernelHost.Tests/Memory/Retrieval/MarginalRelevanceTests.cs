using KernelHost.Memory;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Retrieval;
using Record = KernelHost.Memory.Records.Record;

namespace KernelHost.Tests.Memory.Retrieval;

public sealed class MarginalRelevanceTests
{
    [Theory]
    [InlineData(1.0, "a b c")]
    [InlineData(0.5, "a c b")]
    public void Choose_TwoThatSayTheSame_TheOtherComesBetween(double lambda, string order)
    {
        // a and b are the same, c is something else.
        SearchHit[] hits = [Hit("a", 3, [1, 0]), Hit("b", 2.9, [1, 0]), Hit("c", 1.6, [0, 1])];

        Assert.Equal(order, string.Join(' ', MarginalRelevance.Choose(hits, 3, lambda).Select(static hit => hit.Passage.Source)));
    }

    [Fact]
    public void Choose_WithoutVectors_ComparesWords()
    {
        SearchHit[] hits = [Hit("a", 3, [], "the brown dog barks"), Hit("b", 2.9, [], "brown dog barks again"), Hit("c", 2.5, [], "refund of shipping fees"), Hit("d", 0, [], "dog")];

        Assert.Equal(["a", "c"], MarginalRelevance.Choose(hits, 2, 0.5).Select(static hit => hit.Passage.Source));
    }

    [Fact]
    public void Choose_EqualScoresOrNothing_KeepsTheOrder()
    {
        Assert.Equal(["a", "b"], MarginalRelevance.Choose([Hit("a", 1, [1, 0]), Hit("b", 1, [0, 1])], 5, 0.7).Select(static hit => hit.Passage.Source));
        Assert.Empty(MarginalRelevance.Choose([], 5, 0.7));
    }

    [Fact]
    public async Task Search_WithIt_BringsWhatIsDifferentBeforeARepetition()
    {
        using var house = new DocumentHouse(new MemoryEmbedding(new ConceptGenerator(["dog"], ["leash"], ["food"]), "concepts", isLexical: false));
        await house.AddAsync(new("a.txt", "dog leash"), new("b.txt", "dog leash dog leash"), new("c.txt", "dog food and a long story about what it likes"));

        Assert.Equal(["a.txt", "b.txt"], (await house.SourcesAsync("dog leash", options: new() { Top = 2 })).Order(StringComparer.Ordinal));
        Assert.Contains("c.txt", await house.SourcesAsync("dog leash", options: new() { Top = 2, MarginalRelevance = 0.2 }));
    }

    private static SearchHit Hit(string source, double score, float[] vector, string text = "") => new(new Passage(source, text) { Score = score }, score)
    {
        Record = new Record(source) { Vectors = vector.Length == 0 ? new Dictionary<string, ReadOnlyMemory<float>>() : new() { [DocumentSchema.Vector] = vector } },
    };
}
