using FsCheck;
using FsCheck.Fluent;
using KernelHost.Policy.Budgets;
using KernelHost.Runs.Budgets;

namespace KernelHost.Tests.Runs.Budgets;

/// <summary>What holds for every history of a ledger: reservations, settlements and processes that die, in any order and on any threads.</summary>
public sealed class LedgerPropertyTests : IDisposable
{
    private const long Limit = 100;
    private const string Measure = BudgetMeasure.Tokens;
    private readonly TemporaryDirectory _directory = new();
    private int _ledgers;

    private enum Kind
    {
        Reserve,
        Settle,
        Abandon,
        Crash,
    }

    [Fact]
    public void History_Any_NeverExceedsALimitAndLosesNothing() => Check(
        Gen.Choose(0, 9).Select(number => number switch { < 5 => Kind.Reserve, < 8 => Kind.Settle, 8 => Kind.Abandon, _ => Kind.Crash })
            .SelectMany(_ => Gen.Choose(1, 40), (kind, amount) => (kind, amount)).ListOf(),
        steps =>
        {
            var directory = Path.Combine(_directory.Path, $"{_ledgers++}");
            var ledger = Ledger.Open(directory);
            Dictionary<string, LedgerReservation> open = [];
            var (used, reserved, next) = (0L, 0L, 0);
            foreach (var (kind, amount) in steps)
            {
                switch (kind)
                {
                    case Kind.Reserve:
                        var asked = Reservation($"run/m{next++}", amount);
                        var refusal = ledger.Commit(asked, []);
                        Assert.Equal(used + reserved + amount > Limit, refusal is not null);
                        if (refusal is null)
                        {
                            open[asked.Id] = asked;
                            reserved += amount;
                        }

                        break;
                    case Kind.Settle or Kind.Abandon when open.Count > 0:
                        var (id, reservation) = open.First();
                        open.Remove(id);
                        var held = reservation.Charges[0].Amount;
                        var actual = kind == Kind.Settle ? Math.Min(amount, held) : held;
                        LedgerSettlement settlement = new(reservation, kind == Kind.Settle ? Tokens(actual) : null);

                        // Twice, as a process would that died between the ledger's commit and its own next step.
                        ledger.Commit(null, [settlement]);
                        ledger.Commit(null, [settlement]);
                        (used, reserved) = (used + actual, reserved - held);
                        break;
                    case Kind.Crash:
                        ledger.Dispose();
                        ledger = Ledger.Open(directory);
                        var left = ledger.Reservations("run/");
                        Assert.Equal(open.Keys.Order(StringComparer.Ordinal), left.Select(one => one.Id).Order(StringComparer.Ordinal));
                        open = left.ToDictionary(one => one.Id);
                        break;
                }

                Assert.Equal((used, reserved), Row(ledger));
                Assert.True(used + reserved <= Limit);
            }

            ledger.Dispose();
        });

    [Fact]
    public void Reservation_OfSeveralAccounts_IsTakenFromAllOrFromNone() => Check(
        Gen.Choose(1, 60).Two().ListOf(),
        steps =>
        {
            using var ledger = Ledger.InMemory();
            var sums = new long[2];
            foreach (var (first, second) in steps)
            {
                var reservation = new LedgerReservation($"run/m{Guid.NewGuid():n}");
                reservation.Add(Charge("first", first));
                reservation.Add(Charge("second", second));
                var fits = sums[0] + first <= Limit && sums[1] + second <= Limit;
                Assert.Equal(fits, ledger.Commit(reservation, []) is null);
                sums[0] += fits ? first : 0;
                sums[1] += fits ? second : 0;
                Assert.Equal((sums[0], sums[1]), (Row(ledger, "first").Reserved, Row(ledger, "second").Reserved));
            }
        });

    [Fact]
    public async Task Processes_ShareAnAccount_TogetherTheyNeverTakeMoreThanThereIs()
    {
        var directory = Path.Combine(_directory.Path, "shared");
        var taken = 0L;
        var workers = Enumerable.Range(0, 4).Select(process => Task.Run(() =>
        {
            using var ledger = Ledger.Open(directory);
            for (var i = 0; i < 50; i++)
            {
                var reservation = Reservation($"run{process}/m{i}", 3);
                if (ledger.Commit(reservation, []) is null)
                {
                    ledger.Commit(null, [new LedgerSettlement(reservation, Tokens(2))]);
                    Interlocked.Add(ref taken, 2);
                }
            }
        }));
        await Task.WhenAll(workers);

        using var after = Ledger.Open(directory);
        Assert.Equal((taken, 0L), Row(after));
        Assert.InRange(taken, Limit - 3, Limit);
    }

    public void Dispose() => _directory.Dispose();

    private static void Check<T>(Gen<T> histories, Action<T> holds) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20261123UL, 7UL), Prop.ForAll(histories.ToArbitrary(), holds));

    private static LedgerReservation Reservation(string id, long amount)
    {
        var reservation = new LedgerReservation(id);
        reservation.Add(Charge("account", amount));
        return reservation;
    }

    private static LedgerCharge Charge(string account, long amount) =>
        new(account, 0, Measure, amount, Limit, new BudgetAccount(account, BudgetPeriod.Total, new Dictionary<string, long> { [Measure] = Limit }));

    private static BudgetUse Tokens(long tokens) => new() { OutputTokens = tokens };

    private static (long Used, long Reserved) Row(Ledger ledger, string account = "account") =>
        ledger.List().FirstOrDefault(row => row.Account == account) is { } row ? (row.Used, row.Reserved) : (0, 0);
}
