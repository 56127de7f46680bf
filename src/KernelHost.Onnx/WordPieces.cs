using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace KernelHost.Onnx;

/// <summary>
/// Cuts texts into word pieces as BERT's own tokenizer does, on which models are trained. The library's defaults differ: they join the words of two lines
/// (dotnet/machinelearning#7724), leave out symbols such as <c>$</c> (#7725), and keep accents where case is not kept.
/// </summary>
internal static partial class WordPieces
{
    /// <summary>Raise it when texts are cut in another way: vectors from before are not comparable then.</summary>
    public const int Version = 1;

    public static BertTokenizer Create(string vocabulary, bool isCased) => BertTokenizer.Create(vocabulary, new BertOptions
    {
        LowerCaseBeforeTokenization = !isCased,
        RemoveNonSpacingMarks = !isCased,
        // What is read is data: "[SEP]" in a document is five characters and not the end of the text.
        SplitOnSpecialTokens = false,
        PreTokenizer = new RegexPreTokenizer(WordOrPunctuation(), specialTokens: null),
    });

    /// <summary>The text with what the tokenizer refuses, or takes for nothing, put right.</summary>
    public static string Clean(string text) =>
        // It refuses lone halves of surrogate pairs; encoding puts U+FFFD in their place.
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' ');

    // Each sign of punctuation by itself, to which BERT counts all signs of ASCII; everything else up to the next space is a word.
    [GeneratedRegex(@"[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+")]
    private static partial Regex WordOrPunctuation();
}
