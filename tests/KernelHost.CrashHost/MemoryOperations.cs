using System.Globalization;
using KernelHost.Memory.Records;

namespace KernelHost.CrashHost;

/// <summary>What a process does to a collection, one numbered operation after another, the same for the same seed: whoever knows the number knows what must be there.</summary>
internal static class MemoryOperations
{
    public const string Collection = "records";

    /// <summary>The property that counts the operations that were done.</summary>
    public const string Done = "done";

    // Far more words than records, so that many are rare.
    private const int Keys = 120;
    private const int Words = 400;

    public static RecordSchema Schema { get; } = new()
    {
        Fields = [new("text", RecordFieldType.Text) { SearchWeight = 1 }, new("stars", RecordFieldType.WholeNumber) { IsIndexed = true }],
        Vectors = [new("embedding", 8)],
    };

    /// <summary>Whether an operation builds the collection anew.</summary>
    public static bool IsRebuild(int number) => number % 25 == 24;

    /// <summary>What an operation writes and deletes; of a rebuild, what it leaves.</summary>
    public static (IReadOnlyList<Record> Upserts, IReadOnlyCollection<object> Deletes) At(int seed, int number)
    {
        var random = new Random((seed * 7919) + number);
        Record[] upserts = [.. Enumerable.Range(0, IsRebuild(number) ? 60 : random.Next(1, 12)).Select(_ => Make(random)).DistinctBy(static record => record.Key)];
        object[] deletes = IsRebuild(number) ? [] : [.. Enumerable.Range(0, random.Next(6)).Select(_ => (object)$"k{random.Next(Keys)}")];
        return (upserts, deletes);
    }

    /// <summary>What is there after so many operations.</summary>
    public static Dictionary<object, Record> After(int seed, int count)
    {
        var records = new Dictionary<object, Record>();
        for (var number = 0; number < count; number++)
        {
            var (upserts, deletes) = At(seed, number);
            if (IsRebuild(number))
            {
                records.Clear();
            }

            foreach (var key in deletes)
            {
                records.Remove(key);
            }

            foreach (var record in upserts)
            {
                records[record.Key] = record;
            }
        }

        return records;
    }

    /// <summary>Does operations until the process dies, and prints the number of those done after each.</summary>
    public static async Task RunAsync(RecordStore store, int seed)
    {
        var collection = store.GetCollection(Collection);
        await collection.EnsureExistsAsync(Schema, new Dictionary<string, string> { [Done] = "0" }, CancellationToken.None);
        while (true)
        {
            var state = (await collection.GetStateAsync(CancellationToken.None))!;
            var number = int.Parse(state.Properties[Done], CultureInfo.InvariantCulture);
            var (upserts, deletes) = At(seed, number);
            var properties = new Dictionary<string, string> { [Done] = (number + 1).ToString(CultureInfo.InvariantCulture) };
            _ = IsRebuild(number)
                ? await collection.TryRebuildAsync(new RecordRebuild(state.Version, Schema, upserts.ToAsyncEnumerable(), properties), CancellationToken.None)
                : await collection.TryChangeAsync(new RecordChange(state.Version) { Upserts = upserts, Deletes = deletes, Properties = properties }, CancellationToken.None);
            Console.WriteLine(number + 1);
        }
    }

    private static Record Make(Random random) => new($"k{random.Next(Keys)}")
    {
        Fields = new Dictionary<string, object?>
        {
            ["text"] = string.Join(' ', Enumerable.Range(0, random.Next(30)).Select(_ => $"word{(char)('a' + random.Next(20))}{(char)('a' + random.Next(Words / 20))}")),
            ["stars"] = (long)random.Next(5),
        },
        Vectors = random.Next(4) == 0
            ? new Dictionary<string, ReadOnlyMemory<float>>()
            : new Dictionary<string, ReadOnlyMemory<float>> { ["embedding"] = Enumerable.Range(0, 8).Select(_ => random.NextSingle()).ToArray() },
    };
}
