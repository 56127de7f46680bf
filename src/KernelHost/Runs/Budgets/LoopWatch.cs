using System.Runtime.InteropServices;
using KernelHost.Agents;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// Notices when a run does the same again and again: folded from its events, with a memory of the last calls only, at the same cost for
/// every call.
/// </summary>
internal sealed class LoopWatch
{
    /// <summary>What <see cref="RunCompleted.Limit"/> says of a run that was ended for it.</summary>
    public const string Limit = "loop";

    private const int Remembered = 64;
    private const int LongestCycle = 4;

    // One call again and again is a cycle only when it brings the same; otherwise the run waits for something.
    private const int ShortestCycle = 2;

    // A result shorter than this, such as 'done', may be the same for calls that each did something.
    private const int TellingResult = 64;

    private readonly List<ulong> _calls = [];
    private readonly List<ulong> _results = [];
    private bool _ended;
    private bool _broughtNews;

    /// <summary>How many replies in a row brought nothing new.</summary>
    public int StaleRounds { get; private set; }

    /// <summary>A call was refused because it had been made too often.</summary>
    public bool Looping { get; private set; }

    private ReadOnlySpan<ulong> Calls => CollectionsMarshal.AsSpan(_calls);

    private ReadOnlySpan<ulong> Results => CollectionsMarshal.AsSpan(_results);

    /// <summary>The model spoke: the round before is over.</summary>
    public void Apply(ModelReplied _)
    {
        if (_ended)
        {
            StaleRounds = _broughtNews ? 0 : StaleRounds + 1;
        }

        (_ended, _broughtNews) = (false, false);
    }

    /// <summary>A call is made for the first time.</summary>
    public void Started(CallState call)
    {
        if (_calls.Count == Remembered)
        {
            _calls.RemoveAt(0);
            _results.RemoveAt(0);
        }

        _calls.Add(call.Hash);
        _results.Add(0);
    }

    /// <summary>A call has ended.</summary>
    public void Ended(CallState call, object? result, CallFailure? failure)
    {
        Looping |= failure == CallFailure.Loop;
        if (!call.Started)
        {
            return;
        }

        var hash = ValueHash.Of(result) | 1;
        var (at, knownCall) = Place(call.Hash);

        // A call that was made again after a crash may have been forgotten meanwhile.
        _ended = true;
        _broughtNews = _broughtNews || !Results.Contains(hash) || (!knownCall && TokenCount.Bytes(result) < TellingResult);
        if (at >= 0)
        {
            _results[at] = hash;
        }
    }

    /// <summary>Why a call is made too often, in words for the model; <see langword="null"/> when it may be made.</summary>
    /// <param name="limits">The run's limits.</param>
    /// <param name="call">The call.</param>
    /// <param name="tool">Its tool. What a read brings must have been the same each time; an effect counts whatever it brought.</param>
    public string? Refusal(AgentLimits limits, CallState call, BoundTool tool)
    {
        if (limits.RepeatedCalls == 0)
        {
            return null;
        }

        var hash = call.Hash;
        return MayRepeat(limits, hash) && (Repeats(hash, tool.Tool.Effect == ToolEffect.Read) >= limits.RepeatedCalls || Cycles(hash) > 2 * limits.RepeatedCalls)
            ? "this call has been made before with the same arguments, again and again, and nothing came of it. The run ends here."
            : null;
    }

    /// <summary>What the model is told beside the result of a call that repeats itself; <see langword="null"/> for nothing.</summary>
    public string? Hint(AgentLimits limits, CallState call, BoundTool tool)
    {
        var hash = call.Hash;
        if (limits.RepeatedCalls > 0 && MayRepeat(limits, hash)
            && (Repeats(hash, tool.Tool.Effect == ToolEffect.Read) == limits.RepeatedCalls - 1 || Cycles(hash) == 2 * limits.RepeatedCalls))
        {
            return "You have made this call before with the same arguments. Do not make it again: use what you know, try something else, or answer. The next time ends the run.";
        }

        return limits.StaleRounds > 0 && StaleRounds == limits.StaleRounds && !_ended
            ? "Your last calls have brought nothing that you did not know. Use what you know, try something else, or answer. Otherwise the run ends."
            : null;
    }

    /// <summary>Whether the run is to be ended.</summary>
    public bool IsOver(AgentLimits limits) => Looping || (limits.StaleRounds > 0 && StaleRounds + (_ended && !_broughtNews ? 1 : 0) > limits.StaleRounds);

    // The place of the latest call like this one if it has no result yet, else -1 or that of an earlier one without; and whether there are calls like it besides.
    private (int At, bool Known) Place(ulong call)
    {
        var calls = Calls;
        var results = Results;
        var (at, known) = (-1, false);
        for (var i = calls.LastIndexOf(call); i >= 0 && !known; i = calls[..i].LastIndexOf(call))
        {
            known = at >= 0;
            at = at < 0 && results[i] == 0 ? i : at;
        }

        return (at, known);
    }

    // Cheap, and says no to what is new, which is the ordinary case. Both Repeats and Cycles need at least as many calls like this one.
    private bool MayRepeat(AgentLimits limits, ulong call) => Calls.Count(call) >= limits.RepeatedCalls - 1;

    private int Repeats(ulong call, bool sameResult)
    {
        var calls = Calls;
        var results = Results;
        if (!sameResult)
        {
            return calls.Count(call);
        }

        var count = 0;
        ulong result = 0;
        for (var i = calls.Length - 1; i >= 0; i--)
        {
            if (calls[i] == call)
            {
                result = result == 0 ? results[i] : result;
                count += results[i] == result ? 1 : 0;
            }
        }

        return count;
    }

    // How often the shortest cycle has come round, this call included: A B A B is two.
    private int Cycles(ulong call)
    {
        var most = 0;
        for (var length = ShortestCycle; length <= LongestCycle; length++)
        {
            var same = 0;
            while (!IsOneCall(length, call) && At(same + length, call) is not 0 and var earlier && At(same, call) == earlier)
            {
                same++;
            }

            most = Math.Max(most, (same + length) / length);
        }

        return most;
    }

    private bool IsOneCall(int length, ulong call)
    {
        for (var back = 1; back < length; back++)
        {
            if (At(back, call) != call)
            {
                return false;
            }
        }

        return true;
    }

    // The calls backwards, this one first; 0 behind the last.
    private ulong At(int back, ulong call) => back == 0 ? call : back <= _calls.Count ? _calls[^back] : 0;
}
