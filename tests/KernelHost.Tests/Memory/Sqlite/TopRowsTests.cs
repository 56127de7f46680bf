using System.Text;
using KernelHost.Memory.Sqlite.Cache;

namespace KernelHost.Tests.Memory.Sqlite;

public sealed class TopRowsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(500)]
    public void ToList_ManyEqualScores_AreTheBestInTheOrderOfKeys(int capacity)
    {
        var random = new Random(7);
        var rows = new RowIndex();
        var offered = new List<(double Score, int Row, string Key)>();
        for (var row = 0; row < 300; row++)
        {
            var key = $"{random.Next():X8}-{row}";
            rows.Add(row, Encoding.UTF8.GetBytes(key), []);
            offered.Add((random.Next(5), row, key));
        }

        var top = new TopRows(capacity, rows);
        foreach (var (score, row, _) in offered)
        {
            top.Offer(score, row);
        }

        Assert.Equal(
            offered.OrderByDescending(static one => one.Score).ThenBy(static one => one.Key, StringComparer.Ordinal).Take(capacity).Select(static one => (one.Score, one.Row)),
            top.ToList());
    }
}
