using KernelHost.Cli.Invocation;

namespace KernelHost.Cli.Commands;

/// <summary>Reads what is asked, from the command line or standard input.</summary>
internal static class RequestText
{
    // About a quarter of a million tokens: more than any model reads, and far less than a mistaken pipe can send.
    public const int Limit = 1_000_000;

    /// <summary>The argument; standard input when it is <c>-</c>, or missing with input from a pipe or file.</summary>
    /// <exception cref="UsageException">There is none, or too much.</exception>
    public static async Task<string> ReadAsync(CliContext context, string what, string? argument)
    {
        var text = argument switch
        {
            "-" => await ReadInputAsync(context, what),
            null when context.Screen.InIsTerminal => throw new UsageException($"The {what} is missing. Give it in quotes, or pipe it into standard input."),
            null => await ReadInputAsync(context, what),
            _ => argument,
        };
        if (text.Length > Limit)
        {
            throw TooLong(what, text.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return string.IsNullOrWhiteSpace(text) ? throw new UsageException($"The {what} is empty. Give it in quotes, or pipe it into standard input.") : text.Trim();
    }

    private static async Task<string> ReadInputAsync(CliContext context, string what)
    {
        var buffer = new char[Limit + 1];
        var read = await Task.Run(() => context.Screen.In.ReadBlock(buffer), CancellationToken.None).WaitAsync(context.CancellationToken);
        return read > Limit ? throw TooLong(what, "more") : new string(buffer, 0, read);
    }

    private static UsageException TooLong(string what, string length) => new(
        $"The {what} has {length} characters, and at most {Limit} are allowed. Shorten it, or put the material into documents that a retriever searches.");
}
