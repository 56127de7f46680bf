using System.Globalization;
using KernelHost.Policy.Budgets;
using KernelHost.Runs.Journal;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// The accounts that runs share, in <c>budgets.db</c> of the data directory. Before work begins, what it may take is reserved in every account it
/// draws from, in one transaction: in all or in none. Afterwards the reservation is settled, once, with what was used. Several processes use the file
/// at once. A reservation survives a killed process and is settled by the one that resumes the run. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A file of its own, because a journal's commit holds the lock of its file while the disk syncs; and <c>synchronous=NORMAL</c>, because a power
/// cut that takes the last moments of the ledger takes nothing from the journal, and the limits of a run are kept by the journal alone.
/// </remarks>
internal sealed class Ledger : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS accounts (
            account TEXT NOT NULL,
            period INTEGER NOT NULL,
            measure TEXT NOT NULL,
            used INTEGER NOT NULL,
            reserved INTEGER NOT NULL,
            PRIMARY KEY (account, period, measure)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS reservations (
            id TEXT NOT NULL,
            account TEXT NOT NULL,
            period INTEGER NOT NULL,
            measure TEXT NOT NULL,
            amount INTEGER NOT NULL,
            PRIMARY KEY (id, account, period, measure)) WITHOUT ROWID;
        """;

    // What is reserved ahead is at most this part of what is left.
    private const long Share = 16;

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();
    private readonly LedgerStatement _begin;
    private readonly LedgerStatement _commit;
    private readonly LedgerStatement _rollBack;
    private readonly LedgerStatement _reserve;
    private readonly LedgerStatement _note;
    private readonly LedgerStatement _read;
    private readonly LedgerStatement _settle;
    private readonly LedgerStatement _forget;
    private readonly LedgerStatement _noted;
    private readonly LedgerStatement _open;
    private bool _disposed;

    private Ledger(string path)
    {
        _path = path;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = path == ":memory:" ? SqliteOpenMode.Memory : SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            SqliteJournalSchema.Execute(_connection, "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8192;");
            SqliteJournalSchema.Execute(_connection, Schema);
            _begin = Prepare("BEGIN IMMEDIATE");
            _commit = Prepare("COMMIT");
            _rollBack = Prepare("ROLLBACK");

            _reserve = Prepare("""
                INSERT INTO accounts (account, period, measure, used, reserved) VALUES (?1, ?2, ?3, 0, ?4)
                ON CONFLICT DO UPDATE SET reserved = reserved + excluded.reserved
                """);
            _note = Prepare("INSERT INTO reservations (id, account, period, measure, amount) VALUES (?1, ?2, ?3, ?4, ?5)");
            _read = Prepare("SELECT used, reserved FROM accounts WHERE account = ?1 AND period = ?2 AND measure = ?3");
            _settle = Prepare("""
                INSERT INTO accounts (account, period, measure, used, reserved) VALUES (?1, ?2, ?3, ?4, 0)
                ON CONFLICT DO UPDATE SET used = used + ?4, reserved = max(0, reserved - ?5)
                """);
            _forget = Prepare("DELETE FROM reservations WHERE id = ?1 AND account = ?2 AND period = ?3 AND measure = ?4");
            _noted = Prepare("SELECT id, account, period, measure, amount FROM reservations WHERE id >= ?1 AND id < ?2");
            _open = Prepare("INSERT INTO accounts (account, period, measure, used, reserved) VALUES (?1, 0, ?2, ?3, 0) ON CONFLICT DO NOTHING");
        }
        catch (SqliteException exception)
        {
            _connection.Dispose();
            throw Failed(exception.SqliteErrorCode, exception.Message, exception);
        }
    }

    /// <summary>Opens or creates the ledger of a data directory.</summary>
    /// <exception cref="JournalException">The file cannot be opened.</exception>
    public static Ledger Open(string directory)
    {
        Directory.CreateDirectory(directory);
        return new Ledger(Path.Combine(directory, "budgets.db"));
    }

    /// <summary>A ledger that is gone with the process.</summary>
    public static Ledger InMemory() => new(":memory:");

    /// <summary>Settles what is due and reserves what is asked, in one transaction. When any account has not enough left nothing is reserved anywhere; what is due is settled all the same.</summary>
    /// <param name="reservation">What to reserve; <see langword="null"/> only settles.</param>
    /// <param name="due">What to settle.</param>
    /// <exception cref="JournalException">The ledger cannot be written: nothing may be begun.</exception>
    public LedgerRefusal? Commit(LedgerReservation? reservation, IReadOnlyList<LedgerSettlement> due)
    {
        if (reservation is null && due.Count == 0)
        {
            return null;
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _begin.Run();
            try
            {
                for (var i = 0; i < due.Count; i++)
                {
                    Settle(due[i]);
                }

                var refusal = reservation is null ? null : Find(reservation);
                if (reservation is not null && refusal is null)
                {
                    Reserve(reservation);
                }

                _commit.Run();
                return refusal;
            }
            catch
            {
                RollBack();
                throw;
            }
        }
    }

    /// <summary>The reservations whose ids begin with a text.</summary>
    public IReadOnlyList<LedgerReservation> Reservations(string prefix)
    {
        lock (_gate)
        {
            Dictionary<string, LedgerReservation> found = new(StringComparer.Ordinal);
            _noted.Bind(1, prefix);
            _noted.Bind(2, prefix + '\uffff');
            while (_noted.Step())
            {
                var id = _noted.Text(0);
                if (!found.TryGetValue(id, out var reservation))
                {
                    found[id] = reservation = new LedgerReservation(id);
                }

                reservation.Add(new LedgerCharge(_noted.Text(1), _noted.Number(2), _noted.Text(3), _noted.Number(4), long.MaxValue, null));
            }

            _noted.Reset();
            return [.. found.Values];
        }
    }

    /// <summary>Opens accounts that never begin anew with what has been used already, unless they are open.</summary>
    public void OpenAccount(string account, IEnumerable<KeyValuePair<string, long>> used)
    {
        lock (_gate)
        {
            _begin.Run();
            try
            {
                foreach (var (measure, amount) in used)
                {
                    _open.Bind(1, account);
                    _open.Bind(2, measure);
                    _open.Bind(3, amount);
                    _open.Run();
                }

                _commit.Run();
            }
            catch
            {
                RollBack();
                throw;
            }
        }
    }

    /// <summary>Whether an account that never begins anew is open.</summary>
    public bool IsOpen(string account)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT 1 FROM accounts WHERE account = $account AND period = 0 LIMIT 1";
            command.Parameters.AddWithValue("$account", account);
            return command.ExecuteScalar() is not null;
        }
    }

    /// <summary>All accounts, by name, period and measure.</summary>
    public IReadOnlyList<LedgerRow> List()
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT account, period, measure, used, reserved FROM accounts ORDER BY account, period, measure";
            using var reader = command.ExecuteReader();
            List<LedgerRow> rows = [];
            while (reader.Read())
            {
                rows.Add(new LedgerRow(reader.GetString(0), DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(1)), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4)));
            }

            return rows;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                foreach (var statement in new[] { _begin, _commit, _rollBack, _reserve, _note, _read, _settle, _forget, _noted, _open })
                {
                    statement.Dispose();
                }

                _connection.Dispose();
            }
        }
    }

    // Looks first, so that a refusal leaves nothing to undo and the settlements of the same transaction stand.
    private LedgerRefusal? Find(LedgerReservation reservation)
    {
        var room = long.MaxValue;
        for (var i = 0; i < reservation.Charges.Count; i++)
        {
            var charge = reservation.Charges[i];
            var (used, reserved) = Read(charge);
            var asked = Math.Max(charge.Amount, 1);
            if (used > charge.Limit - reserved - asked)
            {
                return new LedgerRefusal(charge.Of!, charge.Measure, charge.Limit, used, reserved, charge.Amount);
            }

            room = Math.Min(room, (charge.Limit - used - reserved) / asked);
        }

        // Near the limit everything is reserved one by one, so that nobody is refused what another will not use.
        if (Math.Min(reservation.Most, room / Share) is > 1 and var block)
        {
            reservation.Widen((int)block);
        }

        return null;
    }

    private void Reserve(LedgerReservation reservation)
    {
        for (var i = 0; i < reservation.Charges.Count; i++)
        {
            var charge = reservation.Charges[i];
            _reserve.Bind(1, charge.Account);
            _reserve.Bind(2, charge.Period);
            _reserve.Bind(3, charge.Measure);
            _reserve.Bind(4, charge.Amount);
            _reserve.Run();
            _note.Bind(1, reservation.Id);
            _note.Bind(2, charge.Account);
            _note.Bind(3, charge.Period);
            _note.Bind(4, charge.Measure);
            _note.Bind(5, charge.Amount);
            _note.Run();
        }
    }

    // Exactly once: only whoever takes the note away changes the account.
    private void Settle(LedgerSettlement settlement)
    {
        var charges = settlement.Reservation.Charges;
        for (var i = 0; i < charges.Count; i++)
        {
            var charge = charges[i];
            _forget.Bind(1, settlement.Reservation.Id);
            _forget.Bind(2, charge.Account);
            _forget.Bind(3, charge.Period);
            _forget.Bind(4, charge.Measure);
            _forget.Run();
            if (raw.sqlite3_changes(_connection.Handle) > 0)
            {
                _settle.Bind(1, charge.Account);
                _settle.Bind(2, charge.Period);
                _settle.Bind(3, charge.Measure);
                _settle.Bind(4, settlement.Amount(charge));
                _settle.Bind(5, charge.Amount);
                _settle.Run();
            }
        }
    }

    private (long Used, long Reserved) Read(in LedgerCharge charge)
    {
        _read.Bind(1, charge.Account);
        _read.Bind(2, charge.Period);
        _read.Bind(3, charge.Measure);
        var row = _read.Step() ? (_read.Number(0), _read.Number(1)) : default;
        _read.Reset();
        return row;
    }

    private LedgerStatement Prepare(string sql) => new(_connection.Handle!, sql, Failed);

    private void RollBack()
    {
        // Some errors have rolled back already; doing it again would hide the first error behind a second.
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            _rollBack.Run();
        }
    }

    private JournalException Failed(int code, string message) => Failed(code, message, null);

    private JournalException Failed(int code, string message, Exception? cause) => new((code & 0xff) switch
    {
        5 or 6 => $"The budgets '{_path}' are locked by another process. Wait for it, or end it, and try again.",
        8 => $"The budgets '{_path}' are read-only. Make the file and its directory writable, or set KernelHost:DataDirectory to a directory that is.",
        13 => $"The disk that holds the budgets '{_path}' is full. Free some space and resume the run.",
        26 => $"The file '{_path}' is not a ledger (not an SQLite database). Move it away, or set KernelHost:DataDirectory to another directory.",
        _ => string.Create(CultureInfo.InvariantCulture, $"The budgets '{_path}' failed ({code}): {message}. Nothing is begun that they do not cover."),
    }, cause!);
}
