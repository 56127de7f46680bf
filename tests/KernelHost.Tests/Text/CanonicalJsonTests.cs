using System.Text;
using System.Text.Json;
using KernelHost.Text;

namespace KernelHost.Tests.Text;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"b":1,"a":[true,null,"x"]}""", """{"a":[true,null,"x"],"b":1}""")]
    [InlineData("""{"n":[1.0,1e2,0.000001,1e-7,123456789012345680000,1e21,-0.0,333333333.33333329]}""",
        """{"n":[1,100,0.000001,1e-7,123456789012345680000,1e+21,0,333333333.3333333]}""")]
    [InlineData("""{"s":"\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\/"}""", "{\"s\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}")]
    public void GetBytes_AnyOrderAndSpelling_IsTheRfc8785Form(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, Encoding.UTF8.GetString(CanonicalJson.GetBytes(document.RootElement)));
    }

    [Fact]
    public void GetBytes_DuplicateMember_Throws()
    {
        using var document = JsonDocument.Parse("""{"a":1,"a":2}""");
        Assert.Throws<JsonException>(() => CanonicalJson.GetBytes(document.RootElement));
    }

    [Fact]
    public void Hash_SameValueSpelledDifferently_IsEqual()
    {
        using var left = JsonDocument.Parse("""{ "a": 10, "b": "\u0041" }""");
        using var right = JsonDocument.Parse("""{"b":"A","a":1e1}""");
        Assert.Equal(CanonicalJson.Hash(left.RootElement), CanonicalJson.Hash(right.RootElement));
    }
}
