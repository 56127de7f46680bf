using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Tools;

/// <summary>An offered tool and how well it fits.</summary>
internal sealed record ToolMatch(ToolProfile Tool, double Score)
{
    // Equal scores are ordered by name, so that the order in which tools are offered decides nothing.
    public static int BestFirst(ToolMatch left, ToolMatch right) =>
        right.Score != left.Score ? right.Score.CompareTo(left.Score) : string.CompareOrdinal(left.Tool.Name, right.Tool.Name);
}

/// <summary>Says how well an offered tool fits a clause, by the words they share. Rare words count more than common ones.</summary>
internal sealed class ToolMatcher
{
    private const double NameWeight = 3;
    private const double DescriptionWeight = 1;
    private const double ParameterWeight = 0.6;
    private const double HintWeight = 0.3;
    private const double LeastCoverage = 0.34;
    private const double ExactAction = 5;

    private readonly List<ToolProfile> _tools;
    private readonly Dictionary<string, int> _frequency = new(StringComparer.Ordinal);

    public ToolMatcher(List<ToolProfile> tools)
    {
        _tools = tools;
        foreach (var tool in tools)
        {
            foreach (var stem in tool.NameStems.Concat(tool.DescriptionStems).Distinct())
            {
                _frequency[stem] = _frequency.GetValueOrDefault(stem) + 1;
            }
        }
    }

    /// <summary>The reading tools that fit, best first, with their scores.</summary>
    public List<ToolMatch> Reads(Span words, ToolKind kind = ToolKind.Read)
    {
        var matches = new List<ToolMatch>();
        foreach (var tool in _tools)
        {
            if (tool.Kind == kind && Score(tool, words) is > 0 and var score)
            {
                matches.Add(new ToolMatch(tool, score));
            }
        }

        matches.Sort(ToolMatch.BestFirst);
        return matches;
    }

    /// <summary>The changing tools whose action the clause orders, best first.</summary>
    public List<ToolMatch> Changes(Clause clause)
    {
        var matches = new List<ToolMatch>();
        foreach (var tool in _tools)
        {
            if (tool.Kind == ToolKind.Change && ActionScore(tool, clause.Verb!) is > 0 and var action)
            {
                var (named, score) = ObjectScore(tool, clause, action);
                if (named)
                {
                    matches.Add(new ToolMatch(tool, action + score));
                }
            }
        }

        matches.Sort(ToolMatch.BestFirst);
        return matches;
    }

    /// <summary>The score of a tool for words: nought where too little of what the words say is found in the tool.</summary>
    public double Score(ToolProfile tool, Span words)
    {
        double score = 0, covered = 0, total = 0;
        var named = false;
        foreach (var token in words.Tokens)
        {
            if (Lexicon.IsQuestionWord(token.Lower))
            {
                foreach (var hint in Lexicon.Hints(token.Lower))
                {
                    score += tool.DescriptionStems.Contains(Stemmer.Stem(hint)) ? HintWeight : 0;
                }
            }

            if (!token.IsContent)
            {
                continue;
            }

            var rarity = Rarity(token.Stem);
            var isName = tool.NameStems.Contains(token.Stem);
            var isVerb = Lexicon.IsReadVerb(token.Stem) && !(isName && tool.Verb != token.Stem);
            var weight = isName ? (isVerb ? DescriptionWeight : NameWeight)
                : tool.DescriptionStems.Contains(token.Stem) ? DescriptionWeight
                : tool.ParameterStems.Contains(token.Stem) || tool.PrefixStems.Contains(token.Stem) ? ParameterWeight : 0;
            score += weight * rarity;
            if (isVerb || (weight == 0 && (token.IsCapitalised || MayBeValue(words, token))))
            {
                // "Show", and values such as "Paris" or "in oslo", say nothing about which tool is meant.
                continue;
            }

            named |= isName;
            total += rarity;
            covered += weight > 0 ? rarity : 0;

            // "orders" is rather list_orders than get_order.
            score += isName && tool.NameParts.Contains(token.Lower) ? 0.5 : 0;
        }

        return named || (total > 0 && covered / total >= LeastCoverage) ? score : 0;
    }

    private static bool MayBeValue(Span words, Token token)
    {
        var tokens = words.Request.Tokens;
        var i = tokens.IndexOf(token, words.From);
        while (i > words.From && tokens[i - 1].IsContent)
        {
            i--;
        }

        return i > words.From && tokens[i - 1].Lower is "in" or "at" or "near" or "for" or "from" or "by" or "to" or "called" or "named";
    }

    private double Rarity(string stem) => Math.Log(1 + ((double)(_tools.Count + 1) / (_frequency.GetValueOrDefault(stem) + 1)));

    private static double ActionScore(ToolProfile tool, string verb) =>
        tool.Verb == verb || tool.DescriptionVerb == verb ? ExactAction + 1
        : tool.NameStems.Contains(verb) ? ExactAction
        : (tool.Verb is not null && Lexicon.SameAction(tool.Verb, verb)) || (tool.DescriptionVerb is not null && Lexicon.SameAction(tool.DescriptionVerb, verb)) ? 3
        : 0;

    // What the action is done to must be what the tool is about: "open the window" is not open_ticket.
    private (bool Named, double Score) ObjectScore(ToolProfile tool, Clause clause, double action)
    {
        double score = 0;
        var objects = 0;
        foreach (var token in clause.Span.Tokens)
        {
            if (!token.IsContent || token.Stem == clause.Verb)
            {
                continue;
            }

            objects++;
            var isName = tool.NameStems.Contains(token.Stem);
            var known = isName || tool.DescriptionStems.Contains(token.Stem) || tool.ParameterStems.Contains(token.Stem);
            score += Rarity(token.Stem) * (isName ? NameWeight : known ? DescriptionWeight : 0);
        }

        var nouns = tool.Nouns.Where(noun => noun != clause.Verb && !Lexicon.IsChangeVerb(noun)).ToList();
        var nounNamed = nouns.Count == 0 || clause.Span.Tokens.Any(token => nouns.Contains(token.Stem));

        // A verb that many tools could have needs the tool's own noun; a pronoun or nothing at all leaves it to the verb.
        var exact = action >= ExactAction;
        var pronoun = clause.Span.Tokens.Any(static token => Lexicon.IsPronoun(token.Lower));
        var isAction = tool.Verb != clause.Verb && tool.NameStems.Contains(clause.Verb!);
        var described = clause.Span.Tokens.Any(token => token.IsContent && token.Stem != clause.Verb && tool.DescriptionStems.Contains(token.Stem));
        var named = nouns.Count == 0 || nounNamed || isAction || (exact && (objects == 0 || pronoun || described));
        return (named, score + (nounNamed ? 2 : 0));
    }
}
