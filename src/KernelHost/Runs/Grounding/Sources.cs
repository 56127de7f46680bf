using System.Security.Cryptography;
using System.Text;

namespace KernelHost.Runs.Grounding;

/// <summary>The passages of a conversation as an answer may cite them, each taken apart once.</summary>
internal sealed class Sources(GroundingInput input)
{
    private readonly Dictionary<int, SourceText> _texts = [];
    private readonly Dictionary<int, CitationStatus> _states = [];
    private SourceText? _tools;
    private SourceText? _request;

    public int Count => input.Passages.Count;

    public SourceText Tools => _tools ??= new SourceText(input.ToolResults());

    public SourceText Request => _request ??= new SourceText(input.Request);

    public Citation Passage(int number) => input.Passages[number - 1];

    /// <summary>What can be said of a citation before it is known what it stands for.</summary>
    public CitationStatus StateOf(int number)
    {
        if (number < 1 || number > Count)
        {
            return CitationStatus.NotRetrieved;
        }

        if (!_states.TryGetValue(number, out var state))
        {
            var passage = Passage(number);
            state = _states[number] = passage.Readers is { Count: > 0 } readers && !readers.Any(input.Readers.Contains) ? CitationStatus.NotVisible
                : passage.Hash is { } hash && hash != HashOf(passage.Text) ? CitationStatus.Altered
                : CitationStatus.Verified;
        }

        return state;
    }

    public SourceText Text(int number)
    {
        if (!_texts.TryGetValue(number, out var text))
        {
            var passage = Passage(number);
            text = _texts[number] = new SourceText(passage.Text, $"{passage.Title}\n{passage.Section}\n{passage.Source}");
        }

        return text;
    }

    /// <summary>The hash of a passage's text: lower-case hexadecimal SHA-256 of its UTF-8.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
