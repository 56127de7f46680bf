using System.Numerics;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>
/// Keeps the number of segments small. Eight neighbours of about one size become one, but never at once: every write does a share of the work that is in proportion to
/// what it wrote. A merge moves one term after another, so that a term is always either in the new segment or in the old ones, and readers need not know of it.
/// </summary>
internal sealed class SegmentMerges(SqliteConnection connection, ContentTables tables, long content, long version)
{
    private const int FanIn = 8;

    // Each byte of the index is merged once per size of segment; a write pays for that of what it adds, with some to spare.
    private const int ShareOfWritten = 8;
    private const int LeastShare = 64 << 10;

    // For so many versions deletions stay known to caches after they are of no use to merges.
    private const int LogVersions = 64;

    /// <summary>Does the share of a write that added so many bytes.</summary>
    public void Advance(long written)
    {
        var segments = Segment.List(connection, tables);
        var share = LeastShare + (ShareOfWritten * written);
        if (segments.Count < FanIn)
        {
            return;
        }

        // The smallest first: they come soonest again.
        foreach (var goal in Begin(segments).OrderByDescending(static goal => goal.First))
        {
            using var merge = new SegmentMerge(connection, tables, goal, [.. segments.Where(segment => segment.Goal == goal.Id)], DeadOf(goal));
            share -= merge.Run(share);
            if (merge.IsDone)
            {
                Complete(goal, segments);
            }

            if (share <= 0)
            {
                return;
            }
        }
    }

    // Merges that are under way, and new ones.
    private List<Segment> Begin(List<Segment> segments)
    {
        while (Choose(segments) is { Count: > 0 } run)
        {
            var id = Segment.Insert(connection, tables, run[0].First, run[^1].Last, live: 0, version);
            foreach (var segment in run)
            {
                SqliteStatement.Run(connection, $"UPDATE {tables.Segments} SET goal = ?2 WHERE id = ?1", segment.Id, id);
                segments[segments.IndexOf(segment)] = segment with { Goal = id };
            }

            segments.Add(new Segment(id, run[0].First, run[^1].Last, 0, null, version));
        }

        var goals = segments.Select(static segment => segment.Goal).ToHashSet();
        return segments.FindAll(segment => goals.Contains(segment.Id));
    }

    // The newest segments down from the end, as far as none is larger than a size that eight of them have.
    private static List<Segment> Choose(List<Segment> segments)
    {
        var goals = segments.Select(static segment => segment.Goal).ToHashSet();
        var tail = Enumerable.Reverse(segments.OrderBy(static segment => segment.First).ThenBy(static segment => segment.Id).ToList())
            .TakeWhile(segment => segment.Goal is null && !goals.Contains(segment.Id)).ToList();
        for (var size = 0; size < 22; size++)
        {
            var run = tail.TakeWhile(segment => SizeOf(segment) <= size).ToList();
            if (run.Count >= FanIn)
            {
                run.Reverse();
                return run;
            }
        }

        return [];
    }

    private static int SizeOf(Segment segment) => BitOperations.Log2((ulong)Math.Max(1, segment.Live)) / 3;

    private HashSet<int> DeadOf(Segment goal)
    {
        HashSet<int> dead = [];
        using var statement = new SqliteStatement(connection, $"SELECT ordinal FROM {tables.Dead} WHERE ordinal BETWEEN ?1 AND ?2");
        statement.BindAll(goal.First, goal.Last);
        while (statement.Step())
        {
            dead.Add((int)statement.Number(0));
        }

        return dead;
    }

    private void Complete(Segment goal, List<Segment> segments)
    {
        SqliteStatement.Run(connection, $"UPDATE {tables.Segments} SET live = (SELECT sum(live) FROM {tables.Segments} WHERE goal = ?1) WHERE id = ?1", goal.Id);
        SqliteStatement.Run(connection, $"DELETE FROM {tables.Segments} WHERE goal = ?1", goal.Id);
        segments.RemoveAll(segment => segment.Goal == goal.Id);

        // Of what was dead when the merge began nothing is left in any segment.
        var known = Math.Min(goal.Version, version - LogVersions);
        if (SqliteStatement.Run(connection, $"DELETE FROM {tables.Dead} WHERE ordinal BETWEEN ?1 AND ?2 AND version <= ?3", goal.First, goal.Last, known) > 0)
        {
            SqliteStatement.Run(connection, "UPDATE contents SET log_from = max(log_from, ?2) WHERE id = ?1", content, known);
        }
    }
}
