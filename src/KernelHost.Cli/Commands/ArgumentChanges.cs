using System.Text.Json;
using KernelHost.Cli.Invocation;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary>The arguments with which a person wants a call made: those of a file, or the call's with some of them set.</summary>
internal sealed class ArgumentChanges(string? file, string[] settings)
{
    private const int MaximumBytes = 16 << 20;

    public bool Any => file is not null || settings.Length > 0;

    /// <exception cref="UsageException">They cannot be read.</exception>
    public async Task<Dictionary<string, object?>> ReadAsync(CliContext context, ApprovalSummary approval)
    {
        var arguments = file is null ? Members(approval.Arguments) : Members(Parse(await ReadFileAsync(context, file)));
        foreach (var setting in settings)
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
            {
                throw new UsageException($"{Unknown.Show(setting)} changes nothing. Write NAME=VALUE, as in '--set amount=10'.");
            }

            arguments[setting[..at]] = Value(setting[(at + 1)..]);
        }

        return arguments;
    }

    private static async Task<string> ReadFileAsync(CliContext context, string path)
    {
        if (path == "-")
        {
            return await Task.Run(context.Screen.In.ReadToEnd, CancellationToken.None).WaitAsync(context.CancellationToken);
        }

        var info = new FileInfo(path);
        return !info.Exists ? throw new UsageException($"There is no file {Unknown.Show(path)}. Write the arguments into it, as 'approvals show --output json' shows them.")
            : info.Length > MaximumBytes ? throw new UsageException($"The file {Unknown.Show(path)} has {info.Length} bytes, and at most {MaximumBytes} are allowed.")
            : await File.ReadAllTextAsync(path, context.CancellationToken);
    }

    private static JsonElement Parse(string text)
    {
        try
        {
            var element = JsonElement.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return element.ValueKind == JsonValueKind.Object ? element : throw new UsageException("The arguments are not a JSON object. Write them as { \"name\": value }.");
        }
        catch (JsonException exception)
        {
            throw new UsageException($"The arguments are not JSON: {exception.Message}");
        }
    }

    private static Dictionary<string, object?> Members(JsonElement arguments) =>
        arguments.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value, StringComparer.Ordinal);

    // '10' is a number and 'tea' a text; '"10"' is the text that looks like a number.
    private static JsonElement Value(string text)
    {
        try
        {
            return JsonElement.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }
}
