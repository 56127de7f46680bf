using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>A made-up corpus: texts of words that are as unequally frequent as in language, in two fields of different weight, with vectors for each distance.</summary>
internal static class SearchCorpus
{
    public const int Dimensions = 12;

    public static RecordSchema Schema { get; } = new()
    {
        Fields =
        [
            new("title", RecordFieldType.Text) { SearchWeight = 2 },
            new("body", RecordFieldType.Text) { SearchWeight = 1 },
            new("keywords", RecordFieldType.Text) { SearchWeight = 1, IsList = true },
            new("category", RecordFieldType.Text) { IsIndexed = true },
            new("stars", RecordFieldType.WholeNumber) { IsIndexed = true },
        ],
        Vectors = [.. Enum.GetValues<VectorDistance>().Select(static distance => new RecordVector($"{distance}", Dimensions) { Distance = distance })],
    };

    public static Record[] Create(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => Create($"doc-{i:d4}", random))];
    }

    public static string Words(Random random, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Word(random)));

    public static float[] Vector(Random random) => [.. Enumerable.Range(0, Dimensions).Select(_ => (random.NextSingle() * 2) - 1)];

    // Some records have no text and some have no vector: they are not found by what they do not have.
    private static Record Create(string key, Random random) => new(key)
    {
        Fields = new Dictionary<string, object?>
        {
            ["title"] = random.Next(10) == 0 ? null : Words(random, random.Next(1, 6)),
            ["body"] = random.Next(20) == 0 ? null : Words(random, random.Next(5, 250)),
            ["keywords"] = Enumerable.Range(0, random.Next(3)).Select(object? (_) => Words(random, 1)).ToArray(),
            ["category"] = $"c{random.Next(5)}",
            ["stars"] = random.Next(6) == 0 ? null : (long)random.Next(1, 6),
        },
        Vectors = Schema.Vectors.Where(_ => random.Next(20) != 0).ToDictionary(static vector => vector.Name, _ => new ReadOnlyMemory<float>(Vector(random))),
    };

    // Zipf's law: the n-th word is about one n-th as frequent as the first.
    private static string Word(Random random)
    {
        var rank = (int)Math.Exp(random.NextDouble() * Math.Log(400));
        return rank % 17 == 0 ? $"wört{rank}" : rank % 19 == 0 ? $"漢字{rank}" : $"word{rank}";
    }
}
