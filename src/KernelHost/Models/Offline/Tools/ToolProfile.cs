using System.Runtime.CompilerServices;
using KernelHost.Models.Offline.Language;
using Microsoft.Extensions.AI;

namespace KernelHost.Models.Offline.Tools;

internal enum ToolKind
{
    /// <summary>Tells something and changes nothing, by its name and description.</summary>
    Read,

    /// <summary>Reads, by finding passages for a free-text query.</summary>
    Search,

    /// <summary>Changes something, or might: whatever is not recognisably a read.</summary>
    Change,
}

/// <summary>What the rules know of an offered tool. Nothing tells them its effect, so its verbs have to.</summary>
internal sealed class ToolProfile
{
    // A declaration never changes, so its profile is kept as long as the declaration lives and no longer.
    private static readonly ConditionalWeakTable<AIFunctionDeclaration, ToolProfile> Profiles = [];

    private readonly AIFunctionDeclaration _declaration;
    private List<ToolParameter>? _parameters;
    private HashSet<string>? _parameterStems;

    private ToolProfile(AIFunctionDeclaration declaration)
    {
        _declaration = declaration;
        LocalName = LocalPart(declaration.Name);
        var parts = Names.Split(LocalName);
        NameStems = parts.ConvertAll(Stemmer.Stem);
        NameParts = parts;
        DescriptionStems = [.. Tokenizer.Stems(Description)];
        DescriptionVerb = ThirdPersonVerb(Description, NameStems);
        (Kind, Verb) = Classify();
    }

    public string Name => _declaration.Name;

    public string Description => _declaration.Description ?? "";

    /// <summary>The name without the plugin's name in front.</summary>
    public string LocalName { get; }

    /// <summary>The name as people read it: "get order".</summary>
    public string Title => Names.Words(LocalName);

    public List<string> NameParts { get; }

    /// <summary>The stems of what stands before the name proper: the plugin's name.</summary>
    public HashSet<string> PrefixStems => field ??= [.. Names.Stems(Name[..^LocalName.Length])];

    public List<string> NameStems { get; }

    public HashSet<string> DescriptionStems { get; }

    public ToolKind Kind { get; }

    /// <summary>The verb of the name, if it has one.</summary>
    public string? Verb { get; }

    /// <summary>The verb that starts the description, as in "Refunds an order", if there is one.</summary>
    public string? DescriptionVerb { get; }

    /// <summary>The stems of the name that are not its verb.</summary>
    public IEnumerable<string> Nouns => NameStems.Where(stem => stem != Verb && stem.Length > 1);

    public List<ToolParameter> Parameters => _parameters ??= ToolParameter.ReadAll(_declaration.JsonSchema);

    /// <summary>The stems in names, descriptions and enumerations of the parameters.</summary>
    public HashSet<string> ParameterStems => _parameterStems ??= ReadParameterStems();

    public static List<ToolProfile> ReadAll(IEnumerable<AITool>? tools) =>
        tools is null ? [] : [.. tools.OfType<AIFunctionDeclaration>().Select(static tool => Profiles.GetValue(tool, static key => new ToolProfile(key)))];

    // "customer_support-get_order": what stands before the hyphen is the plugin, unless it is a verb itself ("get-order").
    private static string LocalPart(string name)
    {
        var hyphen = name.IndexOf('-', StringComparison.Ordinal);
        if (hyphen <= 0 || hyphen == name.Length - 1)
        {
            return name;
        }

        var tail = Names.Stems(name[(hyphen + 1)..]);
        var head = Names.Stems(name[..hyphen]);
        return tail.Count > 0 && IsVerb(tail[0]) ? name[(hyphen + 1)..]
            : head.Count > 0 && IsVerb(head[0]) ? name
            : tail.Count > 0 ? name[(hyphen + 1)..] : name;
    }

    private static bool IsVerb(string stem) => Lexicon.IsReadVerb(stem) || Lexicon.IsChangeVerb(stem);

    // "Escalates a case" names its verb, known or not; "Current weather of a city" names none.
    private static string? ThirdPersonVerb(string description, List<string> nameStems)
    {
        var words = Tokenizer.Read(description.Length > 200 ? description[..200] : description).FindAll(static token => token.IsWord);
        if (words.Count == 0 || (words.Count > 1 && words[1].Lower is "of" or "in" or "for" or "by" or "with" or "and" or "that" or "from"))
        {
            return null;
        }

        var first = words[0];

        var thirdPerson = first.Lower.EndsWith('s') && !first.Lower.EndsWith("ss", StringComparison.Ordinal);
        return (thirdPerson && (IsVerb(first.Stem) || nameStems.IndexOf(first.Stem) == 0)) || (!thirdPerson && IsVerb(first.Stem)) ? first.Stem : null;
    }

    private (ToolKind Kind, string? Verb) Classify()
    {
        var first = NameStems.Count > 0 ? NameStems[0] : "";
        if (Lexicon.IsReadVerb(first))
        {
            return (IsRetriever(first) ? ToolKind.Search : ToolKind.Read, first);
        }

        if (Lexicon.IsChangeVerb(first) || (DescriptionVerb == first && !ReadsOnly()))
        {
            return (ReadsOnly() ? ToolKind.Read : ToolKind.Change, first);
        }

        // "order_cancel": the verb may stand last; a name without a verb is judged by its description ("Returns …" reads).
        var last = NameStems.Count > 1 ? NameStems[^1] : "";
        if (Lexicon.IsChangeVerb(last) && !ReadsOnly() && !(DescriptionVerb is "return" || (DescriptionVerb is not null && Lexicon.IsReadVerb(DescriptionVerb))))
        {
            return (ToolKind.Change, last);
        }

        var reads = DescriptionVerb is null or "return" || Lexicon.IsReadVerb(DescriptionVerb) || ReadsOnly();
        return (reads ? IsRetriever(first) ? ToolKind.Search : ToolKind.Read : ToolKind.Change, Lexicon.IsReadVerb(last) ? last : null);
    }

    private bool ReadsOnly() => Description.Contains("read-only", StringComparison.OrdinalIgnoreCase)
        || Description.Contains("read only", StringComparison.OrdinalIgnoreCase);

    // One free-text query and nothing else required, over something that has passages.
    private bool IsRetriever(string verb)
    {
        var query = Parameters.Find(static parameter => parameter.Kind == ParameterKind.FreeText && ParameterKinds.IsQuery(Names.Split(parameter.Name)[^1]));
        if (query is null || Parameters.Exists(parameter => parameter != query && parameter.Required))
        {
            return false;
        }

        // Query and top is the form in which the host offers retrievers.
        return NameStems.Exists(IsDocumentWord) || DescriptionStems.Any(IsDocumentWord)
            || (verb == "search" && Parameters.Count == 2 && Parameters.Exists(static parameter => parameter is { Name: "top", Required: false }));
    }

    private static readonly HashSet<string> DocumentWords = new(
        ((string[])["passage", "article", "document", "documentation", "docs", "doc", "knowledge", "faq", "help", "guide", "manual", "wiki", "handbook",
            "policy", "runbook", "kb"]).Select(Stemmer.Stem),
        StringComparer.Ordinal);

    private static bool IsDocumentWord(string stem) => DocumentWords.Contains(stem);

    private HashSet<string> ReadParameterStems()
    {
        var stems = new HashSet<string>(StringComparer.Ordinal);
        foreach (var parameter in Parameters)
        {
            stems.UnionWith(parameter.Stems);
            stems.UnionWith(parameter.DescriptionStems);
            foreach (var choice in parameter.Choices)
            {
                stems.UnionWith(Names.Stems(choice.ToString()));
            }
        }

        return stems;
    }
}
