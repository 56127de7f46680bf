using System.Collections.Immutable;
using System.Text.Json;
using KernelHost.Policy;

namespace KernelHost.Tests.Policy;

public sealed class LabelTests
{
    [Fact]
    public void Default_IsUntrusted() => Assert.Equal(Label.Untrusted, default);

    [Theory]
    [InlineData(Integrity.Trusted, Integrity.Trusted, Integrity.Trusted)]
    [InlineData(Integrity.Trusted, Integrity.Typed, Integrity.Typed)]
    [InlineData(Integrity.Untrusted, Integrity.Typed, Integrity.Untrusted)]
    public void Join_TakesTheWorseIntegrity(Integrity left, Integrity right, Integrity expected)
    {
        Assert.Equal(expected, new Label(left, null).Join(new Label(right, null)).Integrity);
        Assert.Equal(expected, new Label(right, null).Join(new Label(left, null)).Integrity);
    }

    [Fact]
    public void Join_KeepsOnlyReadersOfBoth()
    {
        var alice = new Label(Integrity.Trusted, ["alice", "bob"]);
        var bob = new Label(Integrity.Trusted, ["bob", "eve"]);
        Assert.Equal(new Label(Integrity.Trusted, ["bob"]), alice.Join(bob));
        Assert.Equal(alice, alice.Join(Label.Trusted));
        Assert.Equal(alice, Label.Trusted.Join(alice));
        Assert.Empty(alice.Join(new Label(Integrity.Trusted, ["eve"])).Readers!);
    }

    [Fact]
    public void Equals_ReadersInAnyOrder_AreEqual()
    {
        var left = new Label(Integrity.Typed, ["a", "b"]);
        var right = new Label(Integrity.Typed, ["b", "a"]);
        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.NotEqual(left, new Label(Integrity.Typed, ImmutableHashSet<string>.Empty));
        Assert.NotEqual(left, new Label(Integrity.Typed, null));
    }

    [Fact]
    public void Constructor_UnknownIntegrity_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new Label((Integrity)(-1), null));

    [Fact]
    public void Json_RoundTrip_KeepsTheLabelAndAMissingOneIsUntrusted()
    {
        foreach (var label in new[] { Label.Trusted, Label.Untrusted, new Label(Integrity.Typed, ["alice"]) })
        {
            Assert.Equal(label, JsonSerializer.Deserialize<Label>(JsonSerializer.Serialize(label)));
        }

        Assert.Equal(Integrity.Untrusted, JsonSerializer.Deserialize<Holder>("{}")!.Label.Integrity);
    }

    private sealed record Holder(Label Label);
}
