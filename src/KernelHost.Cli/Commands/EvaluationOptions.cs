using System.Text.Json;
using KernelHost.Cli.Invocation;
using KernelHost.Hosting;
using KernelHost.Memory.Retrieval;
using KernelHost.Text;

namespace KernelHost.Cli.Commands;

/// <summary>The options of a search as <c>--options</c> and <c>--compare</c> write them: pairs, or a JSON file.</summary>
internal static class EvaluationOptions
{
    private const string Rerank = "Rerank";

    public static SearchRequest Apply(CliContext context, SearchRequest request, string option, string? text)
    {
        foreach (var (name, value) in text is null ? [] : text.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReadFile(option, text) : ReadPairs(option, text))
        {
            request = string.Equals(name, Rerank, StringComparison.OrdinalIgnoreCase)
                ? request with { Reranker = RerankerChoice.Find(context, value) }
                : request with { Options = Apply(request.Options, option, name, value) };
        }

        return request;
    }

    private static SearchOptions Apply(SearchOptions options, string option, string name, string value)
    {
        if (!SearchSettings.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            string[] known = [.. SearchSettings.Names, Rerank];
            throw new UsageException($"{Unknown.Show(name)} in {option} is no option of a search.{NearestName.Hint(name, known)} Known: {string.Join(", ", known)}.");
        }

        try
        {
            return SearchSettings.Apply(options, name, value);
        }
        catch (FormatException exception)
        {
            throw new UsageException($"{name} in {option} is {Unknown.Show(value)}. {exception.Message}");
        }
    }

    private static IEnumerable<(string Name, string Value)> ReadPairs(string option, string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]
            ? (name, value)
            : throw new UsageException($"{Unknown.Show(pair)} in {option} has no value. Write NAME=VALUE, separated by commas, or the path of a file that ends with '.json'."));

    private static IEnumerable<(string Name, string Value)> ReadFile(string option, string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"There is no file {Unknown.Show(path)} for {option}.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? [.. document.RootElement.EnumerateObject().Select(static member => (member.Name, member.Value.ToString()))]
                : throw new UsageException($"{Unknown.Show(path)} holds no JSON object with options of a search.");
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{Unknown.Show(path)} is no JSON: {exception.Message}");
        }
    }
}
