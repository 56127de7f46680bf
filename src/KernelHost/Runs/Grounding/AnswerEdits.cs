using System.Globalization;
using System.Text;

namespace KernelHost.Runs.Grounding;

/// <summary>What is taken out of an answer, and where the rest stands afterwards. Nothing else of it changes.</summary>
internal sealed class AnswerEdits(string answer)
{
    private readonly List<(TextSpan Span, string Instead)> _edits = [];
    private int[]? _ends;

    public bool Any => _edits.Count > 0;

    /// <summary>Takes the false numbers out of a group of citations, group after group in their order; the whole group, with a blank beside it, when none is left.</summary>
    public void Strip(TextSpan group, IReadOnlyList<int> kept)
    {
        if (kept.Count > 0)
        {
            _edits.Add((group, $"[{string.Join(", ", kept.Select(static number => number.ToString(CultureInfo.InvariantCulture)))}]"));
            return;
        }

        var follows = group.End == answer.Length || char.IsWhiteSpace(answer[group.End]) || answer[group.End] is '.' or ',' or ';' or ':' or '!' or '?' or ')' or '[' or '"' or '”' or '*';
        var start = group.Start > 0 && answer[group.Start - 1] == ' ' && follows ? group.Start - 1 : group.Start;

        // The blank between two that go is one of them's only.
        start = _edits is [.., { Span.End: var taken }] ? Math.Max(start, taken) : start;
        var startsLine = start == 0 || answer[start - 1] == '\n';
        _edits.Add((new TextSpan(start, startsLine && group.End < answer.Length && answer[group.End] == ' ' ? group.End + 1 : group.End), ""));
    }

    /// <summary>Takes sentences out, and lines that hold nothing else.</summary>
    /// <param name="sentences">Where they stand, in order.</param>
    public void Remove(IReadOnlyList<TextSpan> sentences)
    {
        List<(TextSpan Span, string Instead)> removed = [];
        for (var i = 0; i < sentences.Count; i++)
        {
            var span = sentences[i];
            while (i + 1 < sentences.Count && IsBlank(span.End, sentences[i + 1].Start))
            {
                span = span with { End = sentences[++i].End };
            }

            removed.Add((Widened(span), ""));
        }

        Sort(_edits);
        var next = 0;
        _edits.RemoveAll(edit =>
        {
            while (next < removed.Count && removed[next].Span.End <= edit.Span.Start)
            {
                next++;
            }

            return next < removed.Count && removed[next].Span.Start < edit.Span.End;
        });
        _edits.AddRange(removed);
    }

    public string Apply()
    {
        Sort(_edits);
        var edited = new StringBuilder(answer.Length);
        var at = 0;
        foreach (var (span, instead) in _edits)
        {
            edited.Append(answer, at, span.Start - at).Append(instead);
            at = span.End;
        }

        return edited.Append(answer, at, answer.Length - at).ToString();
    }

    /// <summary>Where a span stands after <see cref="Apply"/>; <see langword="null"/> when nothing of it is left.</summary>
    public TextSpan? Moved(TextSpan span)
    {
        var moved = new TextSpan(Moved(span.Start, isEnd: false), Moved(span.End, isEnd: true));
        return moved.End > moved.Start ? moved : null;
    }

    private static void Sort(List<(TextSpan Span, string Instead)> edits) => edits.Sort(static (one, other) => one.Span.Start.CompareTo(other.Span.Start));

    private int Moved(int position, bool isEnd)
    {
        var (low, high) = (0, _edits.Count);
        EnsureOffsets();
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_edits[middle].Span.Start < position || (_edits[middle].Span.Start == position && !isEnd && _edits[middle].Instead.Length == 0))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == 0)
        {
            return position;
        }

        var (span, instead) = _edits[low - 1];
        var end = _ends![low - 1];
        return position >= span.End ? end + position - span.End : isEnd ? end : end - instead.Length;
    }

    // Where each edit ends in the edited text.
    private void EnsureOffsets()
    {
        if (_ends is not null)
        {
            return;
        }

        _ends = new int[_edits.Count];
        var shift = 0;
        for (var i = 0; i < _edits.Count; i++)
        {
            shift += _edits[i].Instead.Length - _edits[i].Span.Length;
            _ends[i] = _edits[i].Span.End + shift;
        }
    }

    private bool IsBlank(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (answer[i] is not (' ' or '\t'))
            {
                return false;
            }
        }

        return true;
    }

    private TextSpan Widened(TextSpan span)
    {
        var (start, end) = (span.Start, span.End);
        while (start > 0 && answer[start - 1] != '\n' && IsBullet(answer[start - 1]))
        {
            start--;
        }

        while (end < answer.Length && answer[end] is ' ' or '\t' or '\r')
        {
            end++;
        }

        var isWholeLine = (start == 0 || answer[start - 1] == '\n') && (end == answer.Length || answer[end] == '\n');
        return isWholeLine ? new TextSpan(start, Math.Min(end + 1, answer.Length)) : new TextSpan(span.Start, end);
    }

    private static bool IsBullet(char character) => character is ' ' or '\t' or '-' or '*' or '+' or '•' or '.' or ')' || char.IsAsciiDigit(character);
}
