namespace KernelHost.Models.Http;

/// <summary>
/// The stream of an answer. No read of it waits longer than a limit, and a fault that the provider reports in it is thrown once
/// everything before has been read. Reads only, and only asynchronously.
/// </summary>
internal sealed class AnswerStream(Stream inner, IDisposable owner, ModelFailures failures, TimeSpan limit, TimeProvider timeProvider) : Stream
{
    private readonly FaultWatch _watch = new();
    private ModelException? _fault;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_fault is not null)
        {
            throw _fault;
        }

        var count = await ReadWithinLimitAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (buffer.IsEmpty || _watch.Inspect(buffer.Span[..count], out var harmless) is not { } frame)
        {
            return count;
        }

        _fault = failures.FaultInAnswer(frame);
        return harmless > 0 ? harmless : throw _fault;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read this stream asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            owner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadWithinLimitAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // The read itself is cancelled rather than abandoned: it would go on writing into a buffer that its owner has given back.
        using var silence = new CancellationTokenSource(limit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await inner.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The stream fell silent.");
        }
    }
}
