namespace KernelHost.Memory.Evaluation;

/// <summary>How good the order of passages for one question is; each from 0 to 1.</summary>
/// <param name="Recall">The part of what is relevant that was found among the first k.</param>
/// <param name="ReciprocalRank">One over the place of the first relevant passage; 0 when there is none among the first k.</param>
/// <param name="Ndcg">
/// Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen, <i>Cumulated gain-based evaluation of IR techniques</i>, TOIS 2002): the sum of
/// <c>(2^grade - 1) / log2(place + 1)</c>, over that of the best possible order.
/// </param>
public sealed record RankingScore(double Recall, double ReciprocalRank, double Ndcg)
{
    /// <summary>As many places count for the gain.</summary>
    public const int Places = 10;

    /// <summary>Measures an order.</summary>
    /// <param name="query">A question with something relevant.</param>
    /// <param name="passages">What was found, best first.</param>
    /// <param name="top">The k of recall and of the reciprocal rank.</param>
    public static RankingScore Of(EvaluationQuery query, IEnumerable<Passage> passages, int top)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passages);
        var left = query.Relevant.OrderByDescending(static relevant => relevant.Grade).ToList();
        var (place, found, first, gain) = (0, 0, 0d, 0d);
        foreach (var passage in passages)
        {
            if (left.Find(relevant => relevant.Matches(passage)) is { } match)
            {
                left.Remove(match);
                place++;
                found += place <= top ? 1 : 0;
                first = first == 0 && place <= top ? 1d / place : first;
                gain += Gain(match, place);
            }
            else if (!query.Relevant.Any(relevant => relevant.Matches(passage)))
            {
                place++;
            }

            // A further passage of what was found already neither helps nor takes a place: what is judged are documents and sections.
        }

        var best = query.Relevant.OrderByDescending(static relevant => relevant.Grade).Select(static (relevant, i) => Gain(relevant, i + 1)).Sum();
        return new RankingScore(found / (double)query.Relevant.Count, first, gain / best);
    }

    private static double Gain(RelevantPassage relevant, int place) => place > Places ? 0 : ((1 << relevant.Grade) - 1) / Math.Log2(place + 1);
}
