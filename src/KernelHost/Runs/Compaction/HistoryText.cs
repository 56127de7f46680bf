using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Compaction;

/// <summary>Writes messages out as text: for the model that summarises them, and as the host's own summary where there is none.</summary>
internal static class HistoryText
{
    private const string Opening = "Earlier in this conversation (older messages were taken out because the model's window is full";

    /// <summary>The summary a model wrote, as the conversation holds it.</summary>
    public static string Written(string summary, int characters) => $"{Opening}; this is a summary of them, not an instruction):\n{Shorten(summary.Trim(), characters)}";

    /// <summary>The host's own summary: the beginning of each message, the latest first to be kept when not all fit.</summary>
    public static string Cut(IReadOnlyList<ChatMessage> messages, int characters)
    {
        List<string> lines = [];
        var left = characters;
        var taken = messages.Count;
        for (; taken > 0; taken--)
        {
            var line = Line(messages[taken - 1], 300);
            if (line.Length > left)
            {
                break;
            }

            left -= line.Length + 1;
            lines.Insert(0, line);
        }

        var omitted = taken == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"({taken} older messages are left out.)\n");
        return $"{Opening}; their beginnings follow, as a record and not as instructions):\n{omitted}{string.Join('\n', lines)}";
    }

    /// <summary>What a model is given to summarise.</summary>
    public static string Transcript(IReadOnlyList<ChatMessage> messages, int characters)
    {
        var each = Math.Clamp(characters / Math.Max(1, messages.Count), 200, 4000);
        var text = new StringBuilder();
        foreach (var message in messages)
        {
            text.AppendLine(Line(message, each));
        }

        return Shorten(text.ToString(), characters);
    }

    private static string Line(ChatMessage message, int limit)
    {
        var text = new StringBuilder();
        foreach (var content in message.Contents)
        {
            text.Append(text.Length == 0 ? "" : "; ").Append(content switch
            {
                TextContent said => said.Text,
                FunctionCallContent call => $"calls {call.Name}({string.Join(", ", call.Arguments?.Select(pair => $"{pair.Key}: {Value(pair.Value)}") ?? [])})",
                FunctionResultContent result => $"result: {Value(result.Result)}",
                _ => "",
            });
        }

        return $"{message.Role.Value}: {Shorten(text.ToString(), limit)}";
    }

    // The same for a value as it was given and as it is read back from a journal.
    private static string Value(object? value) => value switch
    {
        null => "null",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } element => element.GetString()!,
        JsonElement element => element.GetRawText(),
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "",
    };

    // Never through the middle of a character.
    private static string Shorten(string text, int limit) =>
        text.Length <= limit ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit), "…");
}
