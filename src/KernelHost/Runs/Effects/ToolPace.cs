namespace KernelHost.Runs.Effects;

/// <summary>
/// Whether a tool has proved to answer at once. Only then is it invoked on the thread of the run, which saves a change of threads; any other
/// gets a thread of the pool, so that one that blocks can be left alone. One slow answer and the proof begins anew.
/// </summary>
internal sealed class ToolPace
{
    private const int Proof = 16;
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);
    private volatile int _quickAnswers;

    public bool IsQuick => _quickAnswers >= Proof;

    // Two threads may count at once and lose one; the proof then takes a call longer.
    public void Answered(TimeSpan duration)
    {
        if (duration > AtOnce)
        {
            _quickAnswers = 0;
        }
        else if (_quickAnswers < Proof)
        {
            _quickAnswers++;
        }
    }
}
