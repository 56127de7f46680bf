using System.Collections.Concurrent;
using System.Collections.Immutable;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Journal;

/// <summary>Those in this process who want to know at once when a session grows. Safe for concurrent use.</summary>
internal sealed class AppendWatchers
{
    private readonly ConcurrentDictionary<string, ImmutableArray<Watcher>> _watchers = new(StringComparer.Ordinal);

    /// <summary>Watches nothing.</summary>
    public static IDisposable None { get; } = new Watcher(null, "", static _ => { });

    public IDisposable Add(string sessionId, Action<IReadOnlyList<RunEvent>> appended)
    {
        var watcher = new Watcher(this, sessionId, appended);
        _watchers.AddOrUpdate(sessionId, static (_, added) => [added], static (_, others, added) => others.Add(added), watcher);
        return watcher;
    }

    public void Tell(string sessionId, IReadOnlyList<RunEvent> events)
    {
        if (_watchers.TryGetValue(sessionId, out var watchers))
        {
            foreach (var watcher in watchers)
            {
                watcher.Appended(events);
            }
        }
    }

    private void Remove(Watcher watcher)
    {
        while (_watchers.TryGetValue(watcher.SessionId, out var watchers))
        {
            var rest = watchers.Remove(watcher);
            if (rest.IsEmpty
                ? _watchers.TryRemove(KeyValuePair.Create(watcher.SessionId, watchers))
                : _watchers.TryUpdate(watcher.SessionId, rest, watchers))
            {
                return;
            }
        }
    }

    private sealed class Watcher(AppendWatchers? all, string sessionId, Action<IReadOnlyList<RunEvent>> appended) : IDisposable
    {
        public string SessionId { get; } = sessionId;

        public Action<IReadOnlyList<RunEvent>> Appended { get; } = appended;

        public void Dispose() => all?.Remove(this);
    }
}
