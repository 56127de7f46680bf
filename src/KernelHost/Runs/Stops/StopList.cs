using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Text;

namespace KernelHost.Runs.Stops;

/// <summary>
/// What is stopped, in a file of the data directory that every process of the host looks at: <c>stops.ndjson</c>, one line for each stop and each
/// lift, only ever added to. Whether anything was added is one look at the file's length, so a check costs about a microsecond.
/// Outlives every process. Safe for concurrent use, by several processes too.
/// </summary>
/// <param name="directory">The host's data directory.</param>
/// <param name="clock">The clock; the system's when <see langword="null"/>.</param>
public sealed class StopList(string directory, TimeProvider? clock = null)
{
    private const string FileName = "stops.ndjson";

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly string _path = Path.Combine(directory, FileName);
    private readonly Lock _gate = new();
    private readonly FileInfo _file = new(Path.Combine(directory, FileName));
    private readonly Dictionary<string, StopOrder> _stops = new(StringComparer.Ordinal);
    private long _read;
    private int _lines;

    /// <summary>What is stopped now, oldest first.</summary>
    /// <exception cref="JournalException">The file cannot be read.</exception>
    public IReadOnlyList<StopOrder> Active
    {
        get
        {
            lock (_gate)
            {
                LookAgain();
                return [.. _stops.Values.OrderBy(stop => stop.At)];
            }
        }
    }

    /// <summary>Stops something. What runs is stopped at its next model call or tool call.</summary>
    /// <param name="scope">What: see <see cref="StopOrder.Scope"/>.</param>
    /// <param name="reason">Why.</param>
    /// <param name="by">Who.</param>
    /// <returns>The stop; the one that is there when the scope is stopped already.</returns>
    /// <exception cref="RunException">The scope is none.</exception>
    /// <exception cref="JournalException">The file cannot be written.</exception>
    public StopOrder Add(string scope, string reason, string by)
    {
        if (!StopScope.IsValid(scope))
        {
            throw new RunException($"'{VisibleText.Escape(scope)}' is nothing that can be stopped. Use '{StopOrder.Everything}', or {string.Join(", ", StopScope.Kinds)} with an id or name.");
        }

        return Write(file =>
        {
            if (_stops.TryGetValue(scope, out var known))
            {
                return known;
            }

            var stop = new StopOrder($"stp_{Guid.CreateVersion7():n}", scope, reason, by, _clock.GetUtcNow());
            Append(file, new StopLine("stop", stop.Id, scope, by, stop.At, reason));
            return stop;
        });
    }

    /// <summary>Lifts a stop. Runs that it interrupted can be resumed.</summary>
    /// <param name="scope">What was stopped, or the stop's id.</param>
    /// <param name="by">Who lifts it.</param>
    /// <param name="reason">Why; may be absent.</param>
    /// <returns>The stop that was lifted.</returns>
    /// <exception cref="RunException">There is no such stop.</exception>
    /// <exception cref="JournalException">The file cannot be written.</exception>
    public StopOrder Lift(string scope, string by, string? reason) => Write(file =>
    {
        var stop = _stops.GetValueOrDefault(scope) ?? _stops.Values.FirstOrDefault(stop => stop.Id == scope)
            ?? throw new RunException($"'{VisibleText.Escape(scope)}' is not stopped.{NearestName.Hint(scope, _stops.Keys)} List what is with 'kernelhost stops'.");
        if (_stops.GetValueOrDefault(stop.Scope) != stop)
        {
            // Nobody ordered it, so nobody can lift it, least of all by lifting a real stop of everything.
            throw new RunException($"'{stop.Id}' stops everything because it cannot be read. {stop.Reason}");
        }

        Append(file, new StopLine("lift", stop.Id, stop.Scope, by, _clock.GetUtcNow(), reason));
        return stop;
    });

    internal KillSwitch Switch => field ??= new ListSwitch(this);

    private StopOrder? Find(string scope) => _stops.GetValueOrDefault(scope);

    // The caller holds the gate. A file that has become shorter was replaced; it is read from its beginning.
    private bool LookAgain()
    {
        _file.Refresh();
        var length = _file.Exists ? _file.Length : 0;
        if (length != _read)
        {
            if (length < _read)
            {
                (_read, _lines) = (0, 0);
                _stops.Clear();
            }

            Read();
        }

        return _stops.Count > 0;
    }

    private void Read()
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Take(file);
        }
        catch (FileNotFoundException)
        {
            // Deleted since the look: nothing is stopped by it.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(exception);
        }
    }

    private void Take(FileStream file)
    {
        file.Position = _read;
        var bytes = new byte[file.Length - _read];
        file.ReadExactly(bytes);

        // A last line without its end is still being written, or its writer died: it has stopped nothing yet.
        var whole = bytes.AsSpan(0, bytes.AsSpan().LastIndexOf((byte)'\n') + 1);
        foreach (var range in whole.Split((byte)'\n'))
        {
            if (!whole[range].IsEmpty)
            {
                _lines++;
                Take(whole[range]);
            }
        }

        _read += whole.Length;
    }

    private void Take(ReadOnlySpan<byte> text)
    {
        if (TryParse(text) is not { } line)
        {
            // What nobody can read may have been a stop, so it is one.
            _stops[$"line {_lines}"] = new StopOrder($"line {_lines}", StopOrder.Everything, $"Line {_lines} of '{_path}' cannot be read. Correct or remove it.", "nobody knows", _clock.GetUtcNow());
        }
        else if (line.Action == "lift")
        {
            _stops.Remove(line.Scope);
        }
        else
        {
            _stops[line.Scope] = new StopOrder(line.Id, line.Scope, line.Reason ?? "", line.By, line.At);
        }
    }

    private static StopLine? TryParse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, StopJson.Default.StopLine) is { Action: "stop" or "lift" } line && StopScope.IsValid(line.Scope) ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private StopOrder Write(Func<FileStream, StopOrder> write)
    {
        lock (_gate)
        {
            try
            {
                Directory.CreateDirectory(directory);

                // Nobody else writes meanwhile; readers may read.
                using var file = Open();
                LookAgain();
                return write(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Unusable(exception);
            }
        }
    }

    private FileStream Open()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            }
            catch (IOException) when (attempt < 50 && File.Exists(_path))
            {
                // Another process writes its line; that takes a moment.
                Thread.Sleep(20);
            }
        }
    }

    private void Append(FileStream file, StopLine line)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(line, StopJson.Default.StopLine);

        // A line that somebody died over has stopped nothing; it must not swallow this one.
        file.SetLength(_read);
        file.Position = _read;
        file.Write([.. text, (byte)'\n']);
        file.Flush(flushToDisk: true);
        Take(file);
    }

    private JournalException Unusable(Exception exception) =>
        new($"The list of stops '{_path}' cannot be used ({exception.Message}). While it cannot be read nothing runs. Make it readable and writable for this user.", exception);

    private sealed class ListSwitch(StopList list) : KillSwitch
    {
        public override string? StoppedRun(SessionState session, IReadOnlyList<RunAncestor> ancestors)
        {
            lock (list._gate)
            {
                return list.LookAgain() ? Describe(FindRun(session, ancestors)) : null;
            }
        }

        public override string? StoppedCall(string callId, Tool tool)
        {
            lock (list._gate)
            {
                return list.LookAgain() ? Describe(list.Find(StopScope.Tool(tool.QualifiedName)) ?? list.Find(StopScope.Plugin(tool.PluginId))) : null;
            }
        }

        public override string? StoppedStart(string agent, string sessionId)
        {
            lock (list._gate)
            {
                return list.LookAgain() ? Describe(Everything() ?? list.Find(StopScope.Agent(agent)) ?? list.Find(StopScope.Session(sessionId))) : null;
            }
        }

        // A conversation that was handed over is stopped with the agent it began with and with the one that has it.
        private StopOrder? Find(string runId, string sessionId, string agent, string holder) =>
            list.Find(StopScope.Run(runId)) ?? list.Find(StopScope.Session(sessionId)) ?? list.Find(StopScope.Agent(agent)) ?? (holder == agent ? null : list.Find(StopScope.Agent(holder)));

        private static string? Describe(StopOrder? stop) => stop?.ToString();

        private StopOrder? Everything() => list._stops.Values.FirstOrDefault(static stop => stop.Scope == StopOrder.Everything);

        private StopOrder? FindRun(SessionState session, IReadOnlyList<RunAncestor> ancestors)
        {
            var run = session.Run!;
            var stop = Everything() ?? Find(run.RunId, session.SessionId, run.Started.Agent, run.Agent);
            foreach (var ancestor in ancestors)
            {
                stop ??= Find(ancestor.RunId, ancestor.SessionId, ancestor.Agent, ancestor.Holder);
            }

            return stop;
        }
    }
}
