using System.Globalization;
using KernelHost.Cli.Invocation;
using KernelHost.Memory;

namespace KernelHost.Cli.Commands;

/// <summary>The progress of taking up documents: one line that rewrites itself on a terminal, and nothing in a pipe.</summary>
internal sealed class IngestLine(CliContext context) : IProgress<IngestProgress>
{
    private readonly bool _shows = context.Screen.ErrorIsTerminal && context.Options.Verbosity >= Verbosity.Normal;
    private int _length;

    public void Report(IngestProgress value)
    {
        // Below a handful of chunks it is over before it can be read.
        if (_shows && value.TotalChunks > 8)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"Reading documents: {value.Documents} of {value.TotalDocuments}, {value.EmbeddedChunks} of {value.TotalChunks} passages");
            context.Screen.Error.Write($"\r{line.PadRight(_length)}");
            _length = line.Length;
        }
    }

    /// <summary>Takes the line away.</summary>
    public void End()
    {
        if (_length > 0)
        {
            context.Screen.Error.Write($"\r{new string(' ', _length)}\r");
        }
    }
}
