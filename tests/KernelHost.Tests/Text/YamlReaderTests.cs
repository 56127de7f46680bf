using System.Text;
using KernelHost.Text;

namespace KernelHost.Tests.Text;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a: &x 1\nb: *x", "The anchor '&x' is refused.", 1, 4)]
    [InlineData("a: *x", "The alias '*x' is refused.", 1, 4)]
    [InlineData("a: *", "not valid YAML", 1, 4)]
    [InlineData("a: !!python/object 1", "is refused. Remove it.", 1, 4)]
    [InlineData("a: !secret x", "The tag '!secret' is refused.", 1, 4)]
    [InlineData("a: ! x", "The tag '!' is refused.", 1, 4)]
    [InlineData("a: !!str 5", "is refused. Remove it.", 1, 4)]
    [InlineData("a: 1\nb: 2\na: 3", "The field 'a' stands here a second time; the first is in line 1.", 3, 1)]
    [InlineData("a: { b: 1, b: 2 }", "The field 'b' stands here a second time", 1, 12)]
    [InlineData("? [1, 2]\n: x", "A field name must be text, but is a list.", 1, 3)]
    [InlineData("a: 1\n---\nb: 2", "The file holds a second document.", 2, 1)]
    [InlineData("", "The file is empty.", 1, 1)]
    [InlineData("# only a comment\n", "The file is empty.", 1, 1)]
    [InlineData("- a\n- b", "must be a mapping of fields to values, but is a list.", 1, 1)]
    [InlineData("just text", "but is the text 'just text'.", 1, 1)]
    [InlineData("a: [1, 2", "not valid YAML", 2, 1)]
    [InlineData("a: 'open", "not valid YAML", 1, 4)]
    [InlineData("a:\n\t- b", "found invalid tab as indentation", 1, 1)]
    [InlineData("a: {b: 1\nc: 2\n", "not valid YAML", 1, 6)]
    [InlineData("a: b: c", "not valid YAML", 1, 5)]
    [InlineData("a: \"\\x\"", "not valid YAML", 1, 4)]
    public void Read_WhatAConfigurationFileNeverNeeds_IsRefusedWithItsPlace(string yaml, string message, int line, int column)
    {
        var errors = new SourceErrors("f.yaml");
        YamlReader.Read(yaml, errors);
        var error = errors.Sorted().First(candidate => candidate.Message.Contains(message, StringComparison.Ordinal));
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public void Read_RandomAndMutatedText_NeverThrows()
    {
        const string Alphabet = "ab01 :-[]{},\n\t'\"#&*!|>%@`?~\\.\u0000\u0085\u2028\ufeff\ud800é";
        var random = new Random(20261123);
        var sample = RepositoryFiles.Read("samples/policies/support.yaml");
        for (var i = 0; i < 3000; i++)
        {
            var characters = i % 2 == 0 ? new char[random.Next(1, 60)] : sample.Substring(random.Next(sample.Length - 300), 300).ToCharArray();
            for (var changes = i % 2 == 0 ? characters.Length : 5; changes > 0; changes--)
            {
                characters[i % 2 == 0 ? changes - 1 : random.Next(300)] = Alphabet[random.Next(Alphabet.Length)];
            }

            var text = new string(characters);
            var errors = new SourceErrors("f.yaml");
            var map = YamlReader.Read(text, errors);
            Assert.True(map is not null || errors.Any, text);
        }
    }

    [Fact]
    public void Read_NestedFlowSequences_AreStoppedBeforeTheStackIs()
    {
        foreach (var open in new[] { "[", "{a: ", "- " })
        {
            var errors = new SourceErrors("f.yaml");
            Assert.Null(YamlReader.Read($"a: {string.Concat(Enumerable.Repeat(open, 200_000))}", errors));
            Assert.True(errors.Any);
        }
    }

    [Fact]
    public void Read_BillionLaughs_IsRefusedWithoutGrowing()
    {
        var yaml = new StringBuilder("l0: &l0 [lol]\n");
        for (var i = 1; i < 30; i++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 10))}]\n");
        }

        var errors = new SourceErrors("f.yaml");
        YamlReader.Read(yaml.ToString(), errors);
        Assert.Equal(100, errors.Sorted().Count);
    }

    [Fact]
    public void Read_MoreThanAMegabyte_IsRefused()
    {
        var errors = new SourceErrors("f.yaml");
        Assert.Null(YamlReader.Read("a: " + new string('x', YamlReader.MaximumBytes), errors));
        Assert.Contains("larger than 1 MB", Assert.Single(errors.Sorted()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AMegabyteOfOneText_IsRead()
    {
        var errors = new SourceErrors("f.yaml");
        var map = YamlReader.Read($"a: \"{new string('x', 1_000_000)}\"", errors);
        Assert.False(errors.Any);
        Assert.Equal(1_000_000, ((YamlScalar)map!.Entries[0].Value).Text.Length);
    }

    [Theory]
    [InlineData("no", "Text")]
    [InlineData("on", "Text")]
    [InlineData("true", "Flag")]
    [InlineData("'true'", "Text")]
    [InlineData("~", "Null")]
    [InlineData("null", "Null")]
    [InlineData("''", "Text")]
    [InlineData("12", "Number")]
    [InlineData("-1.5e3", "Number")]
    [InlineData("+5", "Number")]
    [InlineData(".5", "Number")]
    [InlineData("007", "Text")]
    [InlineData("0x1F", "Text")]
    [InlineData("1_000", "Text")]
    [InlineData("1e999", "Text")]
    [InlineData(".inf", "Text")]
    [InlineData("NaN", "Text")]
    [InlineData("Infinity", "Text")]
    [InlineData("+-5", "Text")]
    [InlineData("2026-11-23", "Text")]
    [InlineData("12:30", "Text")]
    [InlineData("größer 日本", "Text")]
    public void Read_PlainScalar_IsOfTheKindOfYaml12(string text, string kind)
    {
        var errors = new SourceErrors("f.yaml");
        var map = YamlReader.Read($"a: {text}", errors);
        Assert.Equal(kind, Assert.IsType<YamlScalar>(map!.Entries[0].Value).Kind.ToString());
        Assert.False(errors.Any);
    }

    [Fact]
    public void ReadFile_NotUtf8_IsAnError()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("latin1.yaml", [0x61, 0x3A, 0x20, 0xE9]);
        var errors = new SourceErrors(path);
        Assert.Null(YamlReader.ReadFile(path, errors));
        Assert.Equal("The file is not UTF-8 text. Save it as UTF-8.", Assert.Single(errors.Sorted()).Message);
    }

    [Fact]
    public void ReadFile_ByteOrderMark_IsNotPartOfTheText()
    {
        using var directory = new TemporaryDirectory();
        var errors = new SourceErrors("f");
        Assert.Equal("a: 1", YamlReader.ReadFile(directory.Write("bom.yaml", [0xEF, 0xBB, 0xBF, .. "a: 1"u8]), errors));
        Assert.Equal("", YamlReader.ReadFile(directory.Write("empty.yaml", []), errors));
    }

    [Fact]
    public void ReadFile_Directory_IsAnErrorAndNoException()
    {
        using var directory = new TemporaryDirectory();
        var errors = new SourceErrors("f");
        Assert.Null(YamlReader.ReadFile(directory.Path, errors));
        Assert.True(errors.Any);
    }
}
