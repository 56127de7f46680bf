using System.Globalization;
using KernelHost.Memory.Ingestion.Formats;

namespace KernelHost.Memory.Ingestion;

/// <summary>A document in pieces, or why it is not taken up.</summary>
internal sealed record DocumentPieces
{
    public string? Title { get; init; }

    public IReadOnlyList<Chunk> Chunks { get; init; } = [];

    /// <summary>The texts that chunks were cut from, where they are larger: what can be shown around one.</summary>
    public IReadOnlyList<string> Sections { get; init; } = [];

    public string? Skipped { get; init; }

    public string? Warning { get; init; }

    /// <summary>Whether another attempt may have a better end.</summary>
    public bool IsTemporary { get; init; }
}

/// <summary>Turns the bytes of a document into chunks. Whatever is wrong with a document ends here, and in time.</summary>
internal sealed class DocumentParser(DocumentFormats formats, DocumentLimits limits, TimeProvider timeProvider)
{
    /// <param name="path">The name of the document.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<DocumentPieces> ParseAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(limits.Time, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, time.Token);
        try
        {
            // On a thread of its own, because a library that does not look at its watch is left behind: it ends when it has read what it was given.
            return await Task.Run(() => Parse(path, bytes, stop.Token), CancellationToken.None).WaitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DocumentPieces
            {
                Skipped = string.Create(CultureInfo.InvariantCulture, $"It was not read to its end within {limits.Time.TotalSeconds:0.#} seconds. Split it."),
                IsTemporary = true,
            };
        }
    }

    /// <summary>Reads without a limit on time.</summary>
    public DocumentPieces Parse(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        var input = new DocumentInput(bytes, limits, cancellationToken);
        try
        {
            var format = formats.Detect(path, bytes, out var mismatch);
            if (mismatch is not null)
            {
                input.Warn(mismatch);
            }

            return Cut(format.Read(input), input);
        }
        catch (DocumentRefusedException exception)
        {
            return new DocumentPieces { Skipped = exception.Message };
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // The readers are many, and documents are made by strangers: no document ends the ingestion of the others.
            return new DocumentPieces { Skipped = $"It cannot be read: {exception.Message}" };
        }
    }

    private DocumentPieces Cut(ParsedDocument document, DocumentInput input)
    {
        var cutter = new SectionCutter(document);
        foreach (var section in document.Sections)
        {
            input.CancellationToken.ThrowIfCancellationRequested();
            cutter.Add(section);
            DocumentInput.Require(cutter.Chunks.Count, limits.Chunks, "passages");
        }

        if (TextDecoding.DescribeHidden(document.Text) is { } hidden)
        {
            input.Warn(hidden);
        }

        return new DocumentPieces
        {
            Title = document.Title,
            Chunks = cutter.Chunks,
            Sections = cutter.Sections,
            Warning = input.Warnings.Count > 0 ? string.Join(' ', input.Warnings) : null,
        };
    }
}
