using System.Security.Cryptography;
using System.Text;
using KernelHost.Memory.Ranking;

namespace KernelHost.Memory.Ingestion;

/// <summary>A piece of a document as it is indexed.</summary>
/// <param name="Title">The title of the document.</param>
/// <param name="Section">The path of headings.</param>
/// <param name="Text">Word for word.</param>
internal sealed record Chunk(string? Title, string? Section, string Text)
{
    /// <summary>Raise it with every change of how documents are read, cut or indexed: collections are then built anew.</summary>
    public const int Format = (Chunker.Version * 1000) + SearchWords.Version;

    /// <summary>Equal for chunks that are found by the same words and have the same vector.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        FormattableString.Invariant($"{Format}\0{Title}\0{Section}\0{Text}"))));

    /// <summary>The page it begins on, where the format has pages.</summary>
    public int? Page { get; init; }

    /// <summary>Which of the document's larger sections it was cut from, if from any.</summary>
    public int? Parent { get; init; }

    /// <summary>Whether it is data and no prose.</summary>
    public bool IsRecord { get; init; }

    /// <summary>What is embedded: a passage taken out of its context needs its headings to be understood.</summary>
    public string TextToEmbed => string.Join('\n', new[] { Title, Section, Text }.Where(static part => !string.IsNullOrEmpty(part)));
}
