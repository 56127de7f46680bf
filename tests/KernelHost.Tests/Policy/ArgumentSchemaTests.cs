using System.Text.Json;
using KernelHost.Policy;

namespace KernelHost.Tests.Policy;

public sealed class ArgumentSchemaTests
{
    private const string Everything = """
        {"type":"object","required":["id"],"properties":{
          "id":{"type":"integer","minimum":1,"maximum":9999},
          "ratio":{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},
          "name":{"type":["string","null"],"minLength":2,"maxLength":4},
          "code":{"type":"string","pattern":"^[A-Z]{3}$"},
          "flag":{"type":"boolean"},
          "kind":{"enum":["a","b",3,null]},
          "fixed":{"const":"x"},
          "tags":{"type":"array","items":{"type":"string"},"maxItems":2},
          "lines":{"type":"array","items":{"type":"object","required":["sku"],"properties":{"sku":{"type":"string"},"count":{"type":"integer"}},"additionalProperties":false}},
          "free":{"type":"object"},
          "optional":{"type":"string","nullable":true},
          "any":{},
          "never":false}}
        """;

    [Theory]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"id":9999,"ratio":0.5,"name":"abcd","code":"ABC","flag":false,"kind":"a","fixed":"x","tags":["t"],"any":[1]}""")]
    [InlineData("""{"id":1,"name":null,"kind":null,"optional":null}""")]
    [InlineData("""{"id":1,"kind":3}""")]
    [InlineData("""{"id":1,"kind":3.0}""")]
    [InlineData("""{"id":1,"name":"😀😀😀😀"}""")]
    [InlineData("""{"id":1,"lines":[{"sku":"s","count":2},{"sku":"t"}]}""")]
    [InlineData("""{"id":1,"free":{"x":{"y":[1,{"z":null}]}}}""")]
    [InlineData("""{"id":1,"ratio":1e-5}""")]
    public void Check_GoodArguments_IsNull(string arguments) => Assert.Null(Check(Everything, arguments));

    [Theory]
    [InlineData("{}", "Argument 'id' is missing (integer).")]
    [InlineData("""{"id":"1"}""", "Argument 'id' must be integer, but is the text '1'.")]
    [InlineData("""{"id":1.5}""", "Argument 'id' must be integer, but is '1.5'.")]
    [InlineData("""{"id":1.0}""", "Argument 'id' must be integer, but is '1.0'.")]
    [InlineData("""{"id":null}""", "Argument 'id' must be integer, but is null. Leave it out instead.")]
    [InlineData("""{"id":true}""", "Argument 'id' must be integer, but is 'true'.")]
    [InlineData("""{"id":[1]}""", "Argument 'id' must be integer, but is a list.")]
    [InlineData("""{"id":{}}""", "Argument 'id' must be integer, but is an object.")]
    [InlineData("""{"id":0}""", "Argument 'id' must be at least 1, but is '0'.")]
    [InlineData("""{"id":10000}""", "Argument 'id' must be at most 9999, but is '10000'.")]
    [InlineData("""{"id":1,"ratio":1}""", "Argument 'ratio' must be less than 1, but is '1'.")]
    [InlineData("""{"id":1,"ratio":0}""", "Argument 'ratio' must be more than 0, but is '0'.")]
    [InlineData("""{"id":1,"ratio":1e400}""", "Argument 'ratio' is too large a number.")]
    [InlineData("""{"id":1,"any":[1e400]}""", "Argument 'any[0]' is too large a number.")]
    [InlineData("""{"id":1,"name":"a"}""", "Argument 'name' must have from 2 to 4 characters, but has 1.")]
    [InlineData("""{"id":1,"name":"abcde"}""", "Argument 'name' must have from 2 to 4 characters, but has 5.")]
    [InlineData("""{"id":1,"code":"abc"}""", "Argument 'code' must match the pattern '^[A-Z]{3}$', but is the text 'abc'.")]
    [InlineData("""{"id":1,"kind":"c"}""", "Argument 'kind' must be 'a' or 'b' or 3 or null, but is the text 'c'.")]
    [InlineData("""{"id":1,"fixed":"y"}""", "Argument 'fixed' must be 'x', but is the text 'y'.")]
    [InlineData("""{"id":1,"tags":["a",5]}""", "Argument 'tags[1]' must be string, but is '5'.")]
    [InlineData("""{"id":1,"tags":["a","b","c"]}""", "Argument 'tags' must have at most 2 items, but has 3.")]
    [InlineData("""{"id":1,"lines":[{"sku":"s"},{"count":"2"}]}""",
        "Argument 'lines[1].sku' is missing (string). Argument 'lines[1].count' must be integer, but is the text '2'.")]
    [InlineData("""{"id":1,"lines":[{"sku":"s","skv":1}]}""", "Argument 'lines[0].skv' is not known; did you mean 'sku'?")]
    [InlineData("""{"id":1,"free":{"a":1,"a":2}}""", "Argument 'free.a' stands twice in one object; keep one.")]
    [InlineData("""{"id":1,"free":{"a":"\ud800"}}""", "Argument 'free.a' holds text that is not valid Unicode.")]
    [InlineData("""{"id":1,"free":{"\ud800":1}}""", "Argument 'free' holds a member name that is not valid Unicode.")]
    [InlineData("""{"id":1,"never":1}""", "Argument 'never' must be left out, but is '1'.")]
    [InlineData("""{"id":1,"$principal":"root"}""", "Argument '$principal' is reserved for the host; leave it out.")]
    [InlineData("""{"id":1,"ID":2}""", "Argument 'ID' is not known; did you mean 'id'?")]
    [InlineData("""{"order_id":1}""", "Argument 'id' is missing (integer). Argument 'order_id' is not known; known are 'id', 'ratio',")]
    [InlineData("""{"id":1,"code":"a\u202eb"}""", "but is the text 'a⟦U+202E⟧b'.")]
    public void Check_BadArguments_NamesEveryFault(string arguments, string message) =>
        Assert.Contains(message, Check(Everything, arguments), StringComparison.Ordinal);

    [Fact]
    public void Check_MissingAndMisspelt_AreOneMessage() =>
        Assert.Equal("Argument 'order_id' is missing (integer). Argument 'ordr_id' is not known; did you mean 'order_id'?",
            Check("""{"type":"object","properties":{"order_id":{"type":"integer"}},"required":["order_id"]}""", """{"ordr_id":7}"""));

    [Fact]
    public void Check_NullArguments_CountAsNone()
    {
        Assert.Null(ArgumentSchema.Compile(JsonElement.Parse("{}")).Check(null));
        Assert.Equal("Argument 'a' is missing (any value).", ArgumentSchema.Compile(JsonElement.Parse("""{"required":["a"]}""")).Check(null));
    }

    [Fact]
    public void Check_ToolWithoutArguments_SaysSo() =>
        Assert.Equal("Argument 'x' is not known; there are none here.", Check("""{"type":"object"}""", """{"x":1}"""));

    [Fact]
    public void Check_OpenSchema_TakesOthersButNothingReserved()
    {
        Assert.Null(Check("""{"type":"object","additionalProperties":true}""", """{"x":1}"""));
        Assert.Null(Check("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"x":1}"""));
        Assert.Equal("Argument 'x' must be integer, but is the text 'y'.", Check("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"x":"y"}"""));
        Assert.Contains("reserved", Check("""{"type":"object","additionalProperties":true}""", """{"$x":1}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ThousandsOfFaults_GiveAShortMessage()
    {
        var arguments = Enumerable.Range(0, 5000).ToDictionary(i => $"unknown{i}", _ => (object?)1);
        var message = ArgumentSchema.Compile(JsonElement.Parse(Everything)).Check(arguments)!;
        Assert.EndsWith(" And 4991 more.", message, StringComparison.Ordinal);
        Assert.True(message.Length < 5000);
    }

    [Fact]
    public void Check_ClrValues_AreCheckedLikeJson()
    {
        var schema = ArgumentSchema.Compile(JsonElement.Parse(Everything));
        Assert.Null(schema.Check(new Dictionary<string, object?> { ["id"] = 5, ["name"] = "abc", ["flag"] = true, ["ratio"] = 0.5, ["kind"] = "a", ["optional"] = null }));
        Assert.Null(schema.Check(new Dictionary<string, object?> { ["id"] = 5L, ["any"] = null, ["tags"] = new[] { "a" } }));
        Assert.Null(schema.Check(new Dictionary<string, object?> { ["id"] = 5.0 }));
        Assert.Equal("Argument 'id' must be integer, but is the text '5'.", schema.Check(new Dictionary<string, object?> { ["id"] = "5" }));
        Assert.Equal("Argument 'any' holds text that is not valid Unicode.", schema.Check(new Dictionary<string, object?> { ["id"] = 5, ["any"] = "\udc00" }));
        Assert.Equal("Argument 'any' cannot be written as JSON.", schema.Check(new Dictionary<string, object?> { ["id"] = 5, ["any"] = double.NaN }));
        Assert.Equal("Argument 'any' has no value.", schema.Check(new Dictionary<string, object?> { ["id"] = 5, ["any"] = default(JsonElement) }));
    }

    [Fact]
    public void Check_GoodArguments_AllocatesNothing()
    {
        var schema = ArgumentSchema.Compile(TestTools.IssueRefund.Parameters);
        var arguments = TestTools.Arguments("""{"order_id":1042,"scope":"shipping","reason":"late","item_id":null}""");
        Assert.Null(schema.Check(arguments));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            schema.Check(arguments);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("5", "must be an object")]
    [InlineData("""{"type":"strnig"}""", "keyword 'type' cannot be 'strnig'")]
    [InlineData("""{"properties":{"$x":{}}}""", "names that start with '$' are reserved for the host")]
    [InlineData("""{"type":5}""", "keyword 'type' cannot be '5'")]
    [InlineData("""{"properties":{"a":{"minimum":"1"}}}""", "keyword 'minimum' cannot be '1'")]
    [InlineData("""{"properties":{"a":{"minLength":-1}}}""", "keyword 'minLength' cannot be '-1'")]
    [InlineData("""{"properties":{"a":{"pattern":"("}}}""", "is not a regular expression")]
    public void Compile_UnusableSchema_Throws(string schema, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => ArgumentSchema.Compile(JsonElement.Parse(schema))).Message, StringComparison.Ordinal);

    [Fact]
    public void Compile_VeryDeepSchema_Throws()
    {
        var schema = string.Concat(Enumerable.Repeat("""{"items":""", 60)) + "{}" + new string('}', 60);
        Assert.Throws<FormatException>(() => ArgumentSchema.Compile(JsonElement.Parse(schema)));
    }

    [Fact]
    public void Check_PathologicalPattern_IsCutOffAndRefused() =>
        Assert.Contains("must match", Check("""{"properties":{"a":{"type":"string","pattern":"^(a+)+$"}}}""", $$"""{"a":"{{new string('a', 40)}}!"}"""), StringComparison.Ordinal);

    private static string? Check(string schema, string arguments) => ArgumentSchema.Compile(JsonElement.Parse(schema)).Check(TestTools.Arguments(arguments));
}
