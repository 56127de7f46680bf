using System.Runtime.InteropServices;
using KernelHost.Cli.Output;

namespace KernelHost.Cli.Invocation;

/// <summary>Ctrl+C: the first cancels what runs and leaves it resumable, the second quits at once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Screen _screen;
    private readonly PosixSignalRegistration[] _registrations;
    private CancellationTokenSource _source = new();

    /// <param name="screen">Where the user is told.</param>
    /// <param name="listens">Whether to hear the signals of the process; a test cancels by itself.</param>
    public Interrupts(Screen screen, bool listens = true)
    {
        _screen = screen;
        _registrations = listens ? [Register(PosixSignal.SIGINT), Register(PosixSignal.SIGTERM)] : [];
    }

    /// <summary>Cancelled by the first Ctrl+C.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (_gate)
            {
                return _source.Token;
            }
        }
    }

    /// <summary>Forgets an interruption that has been dealt with, so that a conversation can go on.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            if (_source.IsCancellationRequested)
            {
                _source.Dispose();
                _source = new CancellationTokenSource();
            }
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        CancellationTokenSource source;
        lock (_gate)
        {
            source = _source;
        }

        if (source.IsCancellationRequested)
        {
            Environment.Exit(ExitCode.Interrupted);
        }

        if (_screen.ErrorIsTerminal)
        {
            _screen.Tell("Cancelling. Press Ctrl+C again to quit at once.");
        }

        source.Cancel();
    });
}
