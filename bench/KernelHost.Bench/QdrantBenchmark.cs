using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using KernelHost.Memory.Records;
using KernelHost.Qdrant;

namespace KernelHost.Bench;

/// <summary>
/// What a point costs the client that sends it to Qdrant: our store over gRPC, against JSON over REST.
/// </summary>
/// <remarks>
/// CPU time of this process, because that is what an ingesting host pays: the server is a process of its own that throws away what it gets. Both sides begin with the
/// same records and end with the bytes in the socket and the answer read. Ours is all of the public <c>UpsertAsync</c>, with its checks and the requests that keep
/// the collection's version. The other is what a careful programmer writes: one <see cref="Utf8JsonWriter"/> into a buffer that is used again, one connection, batches of the same size,
/// and the same check of the record, without which it would send what the server refuses. The record has 1,536 dimensions and 800 characters of text that are stored; where
/// they are searched too, both sides cut and weigh the same words by the same code, which makes their difference smaller without being any of the protocol's: reported beside it.
/// </remarks>
internal static class QdrantBenchmark
{
    private const int Dimensions = 1536;
    private const int Batch = 256;

    private static readonly Dictionary<string, string> NoProperties = [];

    public static async Task<IReadOnlyList<Metric>> RunAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(QdrantBenchmark).Assembly.Location);
        }

        start.ArgumentList.Add(Benchmarks.QdrantSink);
        using var sink = Process.Start(start)!;
        try
        {
            var ports = (await sink.StandardOutput.ReadLineAsync())!.Split(' ');
            var plain = await MeasureAsync(ports, "plain", searchWeight: 0);
            var words = await MeasureAsync(ports, "searched", searchWeight: 1);
            return
            [
                new Metric("upsert_vs_rest_cpu", 1 / plain.Ratio, "ratio", 4, Describe(plain), AtLeast: true),
                new Metric("upsert_with_words_vs_rest_cpu", 1 / words.Ratio, "ratio", Aim: null, Describe(words), AtLeast: true),
                new Metric("upsert_us", plain.Ours, "us", Aim: null, "CPU time per point"),
            ];
        }
        finally
        {
            sink.StandardInput.Close();
            await sink.WaitForExitAsync();
        }
    }

    private static string Describe(Interleaved.Pair pair) => string.Create(CultureInfo.InvariantCulture, $"JSON over REST: {pair.Baseline:0.0} us per point; ours: {pair.Ours:0.0} us");

    private static async Task<Interleaved.Pair> MeasureAsync(string[] ports, string name, int searchWeight)
    {
        var schema = new RecordSchema
        {
            Fields = [new("text", RecordFieldType.Text) { SearchWeight = searchWeight }, new("source", RecordFieldType.Text), new("number", RecordFieldType.WholeNumber)],
            Vectors = [new("embedding", Dimensions)],
        };
        var records = Records();
        await using var store = new QdrantRecordStore(new QdrantOptions { Endpoint = new Uri($"http://127.0.0.1:{ports[0]}"), BatchSize = Batch });
        var collection = store.GetCollection(name);
        await collection.EnsureExistsAsync(schema, NoProperties, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[1]}") };
        var buffer = new ArrayBufferWriter<byte>();
        return await Interleaved.CompareAsync(
            () => collection.UpsertAsync(records, CancellationToken.None),
            () => PutAsync(client, buffer, schema, records),
            repeats: 8, oursUnits: Batch, baselineUnits: Batch, processCpu: true);
    }

    private static async Task PutAsync(HttpClient client, ArrayBufferWriter<byte> buffer, RecordSchema schema, Record[] records)
    {
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("points");
            foreach (var record in records)
            {
                Write(json, schema, RecordChecks.Fit(record, schema, "bench", "the sink"));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        using var content = new ReadOnlyMemoryContent(buffer.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await client.PutAsync(new Uri("/collections/bench/points?wait=true", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    private static void Write(Utf8JsonWriter json, RecordSchema schema, Record record)
    {
        json.WriteStartObject();
        json.WriteString("id", new Guid(((string)record.Key).PadLeft(32, '0')));
        json.WriteStartObject("vector");
        json.WriteStartArray("embedding");
        foreach (var value in record.Vectors["embedding"].Span)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
        var (words, weights) = Bm25.WordsOf(schema, record);
        if (words.Length > 0)
        {
            json.WriteStartObject("words");
            json.WriteStartArray("indices");
            foreach (var word in words)
            {
                json.WriteNumberValue(word);
            }

            json.WriteEndArray();
            json.WriteStartArray("values");
            foreach (var weight in weights)
            {
                json.WriteNumberValue(weight * Bm25.Step);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("payload");
        json.WriteString("_key", (string)record.Key);
        json.WriteString("text", (string)record["text"]!);
        json.WriteString("source", (string)record["source"]!);
        json.WriteNumber("number", (long)record["number"]!);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Record[] Records()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Batch).Select(i => new Record(i.ToString("x8", CultureInfo.InvariantCulture))
        {
            Fields = new Dictionary<string, object?>
            {
                ["text"] = string.Join(' ', Enumerable.Range(0, 133).Select(_ => $"w{random.Next(1000, 10_000)}")),
                ["source"] = $"articles/page-{i}.md",
                ["number"] = (long)i,
            },
            Vectors = new Dictionary<string, ReadOnlyMemory<float>> { ["embedding"] = Enumerable.Range(0, Dimensions).Select(_ => (random.NextSingle() * 2) - 1).ToArray() },
        })];
    }
}
