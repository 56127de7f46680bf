using System.Globalization;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Hosting;

/// <summary>The options of a search by name, as the configuration and the command line write them.</summary>
public static class SearchSettings
{
    private static readonly Dictionary<string, Func<SearchOptions, string, SearchOptions>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(SearchOptions.KeywordWeight)] = static (options, text) => options with { KeywordWeight = (float)Number(text) },
        [nameof(SearchOptions.VectorWeight)] = static (options, text) => options with { VectorWeight = (float)Number(text) },
        [nameof(SearchOptions.Depth)] = static (options, text) => options with { Depth = WholeNumber(text) },
        [nameof(SearchOptions.K)] = static (options, text) => options with { K = WholeNumber(text) },
        [nameof(SearchOptions.KeywordThreshold)] = static (options, text) => options with { KeywordThreshold = (float)Number(text) },
        [nameof(SearchOptions.VectorThreshold)] = static (options, text) => options with { VectorThreshold = (float)Number(text) },
        [nameof(SearchOptions.FusedThreshold)] = static (options, text) => options with { FusedThreshold = Number(text) },
        [nameof(SearchOptions.MarginalRelevance)] = static (options, text) => options with { MarginalRelevance = Number(text) },
        [nameof(SearchOptions.ShowSections)] = static (options, text) => options with { ShowSections = bool.TryParse(text, out var shown) ? shown : throw new FormatException("Use 'true' or 'false'.") },
        [nameof(SearchOptions.RerankDepth)] = static (options, text) => options with { RerankDepth = WholeNumber(text) },
    };

    /// <summary>The names of all options.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The options with one of them set.</summary>
    /// <param name="options">The options so far.</param>
    /// <param name="name">One of <see cref="Names"/>, letter case disregarded.</param>
    /// <param name="value">The value, as it is written.</param>
    /// <exception cref="FormatException">The value is none of the option; the message is the cure.</exception>
    public static SearchOptions Apply(SearchOptions options, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(options);
        var changed = Known[name](options, value);
        try
        {
            changed.Check();
            return changed;
        }
        catch (ArgumentException exception)
        {
            // "Depth is '0'. Use a whole number from 1 to 1000. (Parameter 'Depth')": what is wrong is said by the caller.
            var cure = exception.Message.IndexOf(". ", StringComparison.Ordinal) + 2;
            throw new FormatException(exception.Message[cure..].Split(" (Parameter", 2)[0]);
        }
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : throw new FormatException("Use a number such as '0.5'.");

    private static int WholeNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException("Use a whole number that is not negative.");
}
