using KernelHost.Memory.Records;

namespace KernelHost.Bench;

/// <summary>
/// The usual keyword index in memory, without a file, deletions, filters or tenants: an array of record numbers and one of weights for each word. A query adds into an array
/// of scores and takes the best.
/// </summary>
internal sealed class PostingsBaseline
{
    private readonly Dictionary<uint, (List<int> Records, List<byte> Weights)> _postings = [];
    private readonly int[] _touched;
    private readonly float[] _scores;
    private int _count;

    public PostingsBaseline(int capacity)
    {
        _scores = new float[capacity];
        _touched = new int[capacity];
    }

    public int Count => _count;

    public void Add(uint[] words, byte[] weights)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!_postings.TryGetValue(words[i], out var list))
            {
                _postings[words[i]] = list = ([], []);
            }

            list.Records.Add(_count);
            list.Weights.Add(weights[i]);
        }

        _count++;
    }

    public List<(float Score, int Record)> Search(string question, int top)
    {
        var touched = 0;
        foreach (var word in Bm25.WordsOf(question))
        {
            if (!_postings.TryGetValue(word, out var list))
            {
                continue;
            }

            var rarity = Bm25.Rarity(_count, list.Records.Count) * Bm25.Step;
            var records = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list.Records);
            var weights = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list.Weights);
            for (var i = 0; i < records.Length; i++)
            {
                ref var score = ref _scores[records[i]];
                if (score == 0)
                {
                    _touched[touched++] = records[i];
                }

                score += rarity * weights[i];
            }
        }

        var best = new PriorityQueue<int, float>();
        for (var i = 0; i < touched; i++)
        {
            var record = _touched[i];
            if (best.Count < top)
            {
                best.Enqueue(record, _scores[record]);
            }
            else if (best.TryPeek(out _, out var least) && _scores[record] > least)
            {
                best.DequeueEnqueue(record, _scores[record]);
            }

            _scores[record] = 0;
        }

        List<(float, int)> found = [];
        while (best.TryDequeue(out var record, out var score))
        {
            found.Add((score, record));
        }

        found.Reverse();
        return found;
    }
}
