using System.Text;

namespace KernelHost.Cli.Output;

/// <summary>The three standard streams and what is at their ends. Data goes to <see cref="Out"/>, everything else to <see cref="Error"/>.</summary>
internal sealed class Screen(TextReader input, TextWriter output, TextWriter error) : IDisposable
{
    private const int DefaultWidth = 120;
    private readonly Lock _telling = new();
    private int _width;

    public TextReader In { get; } = input;

    public TextWriter Out { get; } = output;

    public TextWriter Error { get; } = error;

    public bool InIsTerminal { get; init; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>What <see cref="Out"/> writes to, where that may fail.</summary>
    public StandardStream? OutStream { get; init; }

    /// <summary>Whether colours may be used where there is a terminal.</summary>
    public bool Color { get; set; } = true;

    /// <summary>Columns of the terminal, or a width that reads well in a file.</summary>
    /// <remarks>Looked up on first use: asking prepares the console, which most commands do not need.</remarks>
    public int Width
    {
        get => _width > 0 ? _width : _width = OutIsTerminal || ErrorIsTerminal ? TerminalWidth() : DefaultWidth;
        init => _width = value;
    }

    /// <summary>The streams of this process. Own writers spare the console's, which look at the terminal's database first.</summary>
    public static Screen Open()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = utf8;
        }

        var output = new StandardStream(Console.OpenStandardOutput());
        return new Screen(
            OperatingSystem.IsWindows() ? Console.In : new StreamReader(Console.OpenStandardInput(), utf8),
            // Synchronized, because Ctrl+C is told from a thread of its own.
            TextWriter.Synchronized(new StreamWriter(output, utf8, bufferSize: 8192)),
            TextWriter.Synchronized(new StreamWriter(new StandardStream(Console.OpenStandardError()), utf8, bufferSize: 1024) { AutoFlush = true }))
        {
            OutStream = output,
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Color = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        };
    }

    /// <summary>A line on standard error. The text must have been made safe for a terminal.</summary>
    public void Tell(string line)
    {
        lock (_telling)
        {
            // An answer that is being streamed shows before the line that interrupts it.
            Out.Flush();
            Error.WriteLine(line);
            Error.Flush();
        }
    }

    /// <summary>Asks on standard error and reads a line.</summary>
    /// <returns>The line, or <see langword="null"/> at the end of the input.</returns>
    /// <exception cref="OperationCanceledException">Ctrl+C; the abandoned read ends with the process.</exception>
    public Task<string?> AskAsync(string question, CancellationToken cancellationToken)
    {
        lock (_telling)
        {
            Out.Flush();
            Error.Write(question);
            Error.Flush();
        }

        return ReadLineAsync(cancellationToken);
    }

    /// <summary>Reads a line of standard input.</summary>
    /// <returns>The line, or <see langword="null"/> at the end of the input.</returns>
    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Run(In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);

    public void Dispose()
    {
        Out.Flush();
        Error.Flush();
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth is > 20 and var width ? width : DefaultWidth;
        }
        catch (Exception exception) when (exception is IOException or PlatformNotSupportedException or InvalidOperationException)
        {
            return DefaultWidth;
        }
    }
}
