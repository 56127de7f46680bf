using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Cache;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>Counts the words of a query that a selected record holds. A word's postings are walked only as far as the first of them, which is mostly the first there is.</summary>
internal static class HeldWords
{
    public static int Count(SqliteConnection connection, CollectionView view, KeywordLeg leg, string? tenant, Bits selected)
    {
        if ((tenant is null ? 0 : Tenants.Find(connection, view.Tables, tenant)) is not { } id)
        {
            return 0;
        }

        using var terms = new TermReader(connection, view.Tables);
        return Bm25.WordsOf(leg.Text, leg.Group).Count(word =>
            terms.Find(Term.OfWord((int)id, word)) is { Holders: > 0 } found && IsHeld(new PostingsCursor(found.Lists, rarity: 0), view, selected));
    }

    private static bool IsHeld(PostingsCursor word, CollectionView view, Bits selected)
    {
        for (var from = 0; word.TryNext(from, out var ordinal); from = ordinal + 1)
        {
            if (view.LiveRowOf(ordinal) is >= 0 and var row && selected[row])
            {
                return true;
            }
        }

        return false;
    }
}
