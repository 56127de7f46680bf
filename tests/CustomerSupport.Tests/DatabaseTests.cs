using KernelHost.Plugins.CustomerSupport.Crm;
using KernelHost.Plugins.CustomerSupport.Tools;
using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Tests;

public sealed class DatabaseTests
{
    [Fact]
    public void Construction_TouchesNoFile()
    {
        using var shop = new Shop();
        Assert.Empty(Directory.EnumerateFileSystemEntries(shop.Directory));
    }

    [Fact]
    public async Task OpenedByManyAtOnce_IsFilledOnce()
    {
        using var shop = new Shop();
        var databases = Enumerable.Range(0, 6).Select(_ => shop.Open()).ToList();
        using var start = new Barrier(databases.Count);
        var counts = await Task.WhenAll(databases.Select(database => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                using var connection = database.Open();
                return connection.Scalar("SELECT count(*) FROM orders");
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.All(counts, count => Assert.Equal(240, count));
    }

    [Fact]
    public void ACreationThatBrokeOff_LeavesNothingAndIsDoneAgain()
    {
        using var shop = new Shop();
        using (var broken = new SqliteConnection($"Data Source={Path.Combine(shop.Directory, CrmDatabase.FileName)};Pooling=False"))
        {
            broken.Open();
            broken.Execute("PRAGMA journal_mode = WAL");
            using var transaction = broken.BeginTransaction();
            broken.Execute("CREATE TABLE customers (id INTEGER PRIMARY KEY)");
        }

        Assert.Equal(1042, shop.Tools.GetOrder(1042).OrderId);
    }

    [Fact]
    public void Restart_KeepsTheDataAndItsDates()
    {
        using var shop = new Shop();
        var before = shop.Tools.GetOrder(1042);
        shop.Tools.IssueRefund(Shop.Call("k"), 1042, RefundScope.Shipping);
        shop.Database.Dispose();
        shop.Clock.Advance(TimeSpan.FromDays(400));

        var after = new CrmTools(shop.Open()).GetOrder(1042);

        Assert.Equal(before.PromisedDelivery, after.PromisedDelivery);
        Assert.Equal(4.90m, after.RefundedTotal);
        Assert.Equal(240, shop.Count("orders"));
    }

    [Fact]
    public void AFileOfANewerPlugin_IsRefusedWithTheWayOut()
    {
        using var shop = new Shop();
        using (var connection = shop.Database.Open())
        {
            connection.Execute("PRAGMA user_version = 2");
        }

        var failure = Assert.Throws<InvalidOperationException>(() => new CrmTools(shop.Open()).GetOrder(1042));
        Assert.Contains("schema version '2' but this plugin knows '1'", failure.Message);
    }

    [Fact]
    public void AFileThatIsNoDatabase_FailsAndIsLeftAlone()
    {
        using var shop = new Shop();
        var path = Path.Combine(shop.Directory, CrmDatabase.FileName);
        var text = string.Concat(Enumerable.Repeat("This is not a database. ", 100));
        File.WriteAllText(path, text);

        Assert.Throws<SqliteException>(() => shop.Tools.GetOrder(1042));
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public void TheDatabaseItself_RefusesASecondRefundOfTheSamePart()
    {
        using var shop = new Shop();
        using var connection = shop.Database.Open();
        void Insert(string key) => connection.Execute(
            "INSERT INTO refunds (order_id, scope, amount_cents, created_at, idempotency_key) VALUES (1042, 'shipping', 490, '2031-01-01', $key)", ("$key", key));
        Insert("a");

        Assert.Throws<SqliteException>(() => Insert("b"));
    }
}
