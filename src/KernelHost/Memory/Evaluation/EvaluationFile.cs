using System.Globalization;
using System.Text.Json;
using KernelHost.Text;

namespace KernelHost.Memory.Evaluation;

/// <summary>Reads the questions of an evaluation: one JSON object a line.</summary>
public static class EvaluationFile
{
    // A slip repeated on every line is told often enough to be understood.
    private const int MostErrors = 20;

    private static readonly string[] QueryMembers = ["query", "relevant", "kind"];
    private static readonly string[] RelevantMembers = ["source", "section", "grade"];

    /// <summary>Reads all questions.</summary>
    /// <param name="path">The file; named in errors.</param>
    /// <param name="lines">Its lines. Empty ones are passed over.</param>
    /// <exception cref="EvaluationException">A line is wrong; all that are wrong are listed, each with its number.</exception>
    public static IReadOnlyList<EvaluationQuery> Read(string path, IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        List<EvaluationQuery> queries = [];
        List<string> errors = [];
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                queries.Add(ReadQuery(line));
            }
            catch (Exception exception) when (exception is JsonException or FormatException)
            {
                var reason = exception is JsonException ? "It is no JSON object." : exception.Message;
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"{path}, line {number}: {reason}"));
            }
        }

        if (errors.Count == 0 && queries.Count == 0)
        {
            errors.Add($"{path} holds no query. Write one a line: {{\"query\": \"...\", \"relevant\": [{{\"source\": \"...\"}}]}}.");
        }

        return errors.Count == 0 ? queries : throw new EvaluationException(
            errors.Count <= MostErrors ? errors : [.. errors.Take(MostErrors), string.Create(CultureInfo.InvariantCulture, $"{errors.Count - MostErrors} more lines are wrong.")]);
    }

    private static EvaluationQuery ReadQuery(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        Known(root, QueryMembers, "The line");
        if (Text(root, "query") is not { } query || string.IsNullOrWhiteSpace(query))
        {
            throw new FormatException("'query' is missing or empty.");
        }

        if (!root.TryGetProperty("relevant", out var relevant) || relevant.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("'relevant' is missing or no list. Write [] for a question to which nothing should be found.");
        }

        return new EvaluationQuery(query, [.. relevant.EnumerateArray().Select(ReadRelevant)]) { Kind = Text(root, "kind") };
    }

    private static RelevantPassage ReadRelevant(JsonElement element)
    {
        Known(element, RelevantMembers, "An entry of 'relevant'");
        if (Text(element, "source") is not { Length: > 0 } source)
        {
            throw new FormatException("An entry of 'relevant' has no 'source'.");
        }

        var grade = 1;
        if (element.TryGetProperty("grade", out var given) && !(given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out grade) && grade is >= 1 and <= 3))
        {
            throw new FormatException($"The 'grade' of '{VisibleText.Escape(source)}' is no whole number from 1 to 3.");
        }

        return new RelevantPassage(source, Text(element, "section"), grade);
    }

    private static void Known(JsonElement element, string[] members, string what)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{what} is no JSON object.");
        }

        if (element.EnumerateObject().Select(static member => member.Name).FirstOrDefault(name => !members.Contains(name)) is { } unknown)
        {
            throw new FormatException($"{what} has a member '{VisibleText.Escape(unknown)}'. Use {string.Join(", ", members)}.{NearestName.Hint(unknown, members)}");
        }
    }

    private static string? Text(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FormatException($"'{name}' is no text.");
}

/// <summary>An evaluation cannot be made.</summary>
/// <param name="errors">All that is wrong, in sentences for people.</param>
public sealed class EvaluationException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>All that is wrong.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
