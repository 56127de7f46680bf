using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Policy;

namespace KernelHost.Tests.Policy;

public sealed class ActionDigestTests
{
    private static readonly Tool Tool = TestTools.Pay;

    [Fact]
    public void Compute_SameAction_IsTheSameForEveryOrderSpellingAndRepresentation()
    {
        var digest = Digest("""{"amount":20,"to":"é","tags":["a","b"],"options":{"x":1,"y":[null,true]}}""");
        Assert.Matches("^[0-9a-f]{64}$", digest);
        Assert.Equal(digest, Digest("""{ "options": {"y":[null,true], "x":1.0}, "tags":["a","b"], "to":"\u00e9", "amount":2e1 }"""));
        var clr = TestTools.Arguments("""{"tags":["a","b"],"options":{"x":1,"y":[null,true]}}""");
        clr["to"] = "é";
        foreach (var amount in new object[] { 20, 20L, 20.0, 20m, 20f })
        {
            clr["amount"] = amount;
            Assert.Equal(digest, ActionDigest.Compute(Tool, clr, "alice", "v1"));
        }

        Assert.Equal(ActionDigest.Compute(Tool, null, "alice", "v1"), Digest("{}"));
    }

    [Theory]
    [InlineData("""{"amount":9007199254740992}""", """{"amount":9007199254740993}""")]
    [InlineData("""{"amount":0.1}""", """{"amount":0.10000000000000000001}""")]
    [InlineData("""{"amount":20}""", """{"amount":"20"}""")]
    [InlineData("""{"amount":20}""", """{"amount":"n2e1"}""")]
    [InlineData("""{"amount":20}""", """{"amount":-20}""")]
    [InlineData("""{"amount":20}""", """{"amount":200}""")]
    [InlineData("""{"amount":20}""", """{"amount":2}""")]
    [InlineData("""{"to":"a"}""", """{"to":"A"}""")]
    [InlineData("""{"to":"a"}""", """{"to":"a\u200b"}""")]
    [InlineData("""{"to":"\u00e9"}""", """{"to":"e\u0301"}""")]
    [InlineData("""{"to":"true"}""", """{"to":true}""")]
    [InlineData("""{"to":null}""", """{"to":"null"}""")]
    [InlineData("""{"to":null}""", "{}")]
    [InlineData("""{"to":[]}""", """{"to":{}}""")]
    [InlineData("""{"to":["a","b"]}""", """{"to":["b","a"]}""")]
    [InlineData("""{"to":["a,b"]}""", """{"to":["a","b"]}""")]
    [InlineData("""{"a":"b\",\"c\":\"d"}""", """{"a":"b","c":"d"}""")]
    public void Compute_OtherArguments_AreAnotherAction(string left, string right) => Assert.NotEqual(Digest(left), Digest(right));

    [Fact]
    public void Compute_EveryPartOfTheArtifact_Counts()
    {
        var digests = new HashSet<string> { Digest("{}"), ActionDigest.Compute(Tool, null, "bob", "v1"), ActionDigest.Compute(Tool, null, "alice", "v2") };
        digests.UnionWith(new[] { Copy(plugin: "bank2"), Copy(version: "1.0.1"), Copy(content: "x"), Copy(name: "pay2"), Copy(schema: "y") }
            .Select(tool => ActionDigest.Compute(tool, null, "alice", "v1")));
        Assert.Equal(8, digests.Count);
        Assert.Equal(Digest("{}"), ActionDigest.Compute(Copy(), null, "alice", "v1"));
    }

    [Theory]
    [InlineData("""{"options":{"x":1,"x":2}}""")]
    [InlineData("""{"to":"\ud800"}""")]
    [InlineData("""{"options":{"\udc00":1}}""")]
    public void Compute_ArgumentsWithoutAFaithfulForm_ThrowAndAreRefusedBefore(string json)
    {
        Assert.Throws<JsonException>(() => Digest(json));
        Assert.NotNull(ArgumentSchema.Compile(Tool.Parameters).Check(TestTools.Arguments(json.Insert(1, "\"amount\":1,"))));
    }

    [Fact]
    public void Compute_LoneSurrogatesInClrText_Throw() =>
        Assert.Throws<JsonException>(() => ActionDigest.Compute(Tool, new Dictionary<string, object?> { ["to"] = "\ud800" }, "alice", "v1"));

    [Fact]
    public void Compute_RandomArguments_DoNotDependOnOrderAndDifferWhenAValueDoes()
    {
        var random = new Random(8785);
        var seen = new Dictionary<string, string>();
        for (var i = 0; i < 500; i++)
        {
            var value = new List<object?> { Value(random, depth: 3), Value(random, depth: 3), Value(random, depth: 3) };
            var left = Spell(value, random, shuffle: false);
            var digest = Digest($$"""{"v":{{left}}}""");
            Assert.Equal(digest, Digest($$"""{"v":{{Spell(value, random, shuffle: true)}}}"""));
            if (seen.TryGetValue(digest, out var other))
            {
                Assert.Equal(other, left);
            }

            seen[digest] = left;
        }

        Assert.True(seen.Count > 300, "The generator repeats itself.");
    }

    private static object? Value(Random random, int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(-100_000, 100_000),
        3 => Math.Round(random.NextDouble() * 1000, 3),
        4 => new string([.. Enumerable.Range(0, random.Next(6)).Select(_ => "aé\"\\\n😀/€"[random.Next(5)])]),
        5 => Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1)).ToList(),
        _ => Enumerable.Range(0, random.Next(5)).ToDictionary(i => $"k{i}é", _ => Value(random, depth - 1)),
    };

    private static string Spell(object? value, Random random, bool shuffle) => value switch
    {
        List<object?> list => $"[{string.Join(shuffle ? " , " : ",", list.Select(item => Spell(item, random, shuffle)))}]",
        Dictionary<string, object?> map => $"{{{string.Join(",", (shuffle ? map.OrderBy(_ => random.Next()) : map.AsEnumerable())
            .Select(pair => $"{Spell(pair.Key, random, shuffle)}:{Spell(pair.Value, random, shuffle)}"))}}}",
        string text when shuffle => $"\"{text.Aggregate(new StringBuilder(), (builder, c) => builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"))}\"",
        int number when shuffle => $"{number}.0",
        _ => JsonSerializer.Serialize(value),
    };

    private static string Digest(string arguments) => ActionDigest.Compute(Tool, TestTools.Arguments(arguments), "alice", "v1");

    private static Tool Copy(string? plugin = null, string? version = null, string? content = null, string? name = null, string? schema = null) => new()
    {
        PluginId = plugin ?? Tool.PluginId,
        PluginVersion = version ?? Tool.PluginVersion,
        ContentHash = content ?? Tool.ContentHash,
        Name = name ?? Tool.Name,
        ModelName = "m",
        Description = "d",
        Parameters = Tool.Parameters,
        SchemaHash = schema ?? Tool.SchemaHash,
        Effect = Tool.Effect,
        Function = Tool.Function,
    };
}
