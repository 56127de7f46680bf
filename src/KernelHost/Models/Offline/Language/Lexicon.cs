namespace KernelHost.Models.Offline.Language;

/// <summary>The few English words the rules know by heart. Everything else they learn from the offered tools.</summary>
internal static class Lexicon
{
    // Verbs of one line say much the same, so that "book a meeting" finds create_event. A tool still needs a matching noun.
    private static readonly string[][] ChangeGroups =
    [
        ["create", "make", "add", "open", "register", "file", "raise", "submit", "book", "schedule", "reserve", "arrange", "place", "insert", "log"],
        ["delete", "remove", "cancel", "erase"],
        ["update", "change", "edit", "modify", "set", "adjust", "correct", "amend", "move", "reschedule", "rename"],
        ["send", "email", "mail", "message", "notify", "forward", "text"],
        ["publish", "release", "post"],
        ["refund", "reimburse", "repay"],
        ["pay", "charge"],
        ["stop", "pause", "suspend", "disable", "deactivate"],
        ["start", "resume", "enable", "activate"],
        ["approve", "accept", "confirm"],
        ["reject", "decline", "deny"],
        ["close", "resolve", "complete", "finish"],
        ["buy", "purchase"],
        ["invite"], ["issue"], ["execute", "run"], ["ship"], ["upload"], ["write"], ["save", "store"], ["merge"], ["deploy"], ["restart", "reboot"],
        ["escalate"], ["subscribe"], ["unsubscribe"], ["print"], ["sell"], ["apply"], ["grant"], ["revoke"], ["reset"], ["import"], ["sync"],
        ["trigger"], ["tag"], ["mark"], ["assign"], ["reassign"], ["transfer"], ["block"], ["unblock"], ["lock"], ["unlock"], ["archive"],
        ["drop"], ["clear"], ["replace"], ["reply"], ["remind"], ["call"], ["turn"], ["put"], ["kill"], ["terminate"], ["extend"], ["renew"],
        ["exchange"], ["return"], ["upgrade"], ["downgrade"], ["install"], ["uninstall"], ["commit"], ["push"], ["share"], ["claim"],
    ];

    private static readonly Lazy<Dictionary<string, int>> ChangeVerbs = new(() =>
    {
        var verbs = new Dictionary<string, int>(160, StringComparer.Ordinal);
        for (var group = 0; group < ChangeGroups.Length; group++)
        {
            foreach (var verb in ChangeGroups[group])
            {
                verbs[Stemmer.Stem(verb)] = group;
            }
        }

        return verbs;
    });

    private static readonly Lazy<HashSet<string>> ReadVerbs = new(() => new HashSet<string>(
        ((string[])["get", "find", "list", "search", "show", "look", "lookup", "fetch", "read", "query", "count", "check", "describe", "view", "browse",
            "track", "tell", "display", "retrieve", "report", "compare", "calculate", "compute", "convert", "translate", "validate", "verify",
            "analyze", "analyse", "explain", "estimate", "give", "inspect", "see", "summarize", "summarise", "predict", "suggest", "recommend",
            "rank", "monitor", "forecast", "preview", "detect", "locate", "resolve_name", "load", "download", "quote", "know", "sum"]).Select(Stemmer.Stem),
        StringComparer.Ordinal));

    public static bool IsReadVerb(string stem) => ReadVerbs.Value.Contains(stem);

    public static bool IsChangeVerb(string stem) => ChangeVerbs.Value.ContainsKey(stem);

    /// <summary>Whether two verbs say much the same.</summary>
    public static bool SameAction(string left, string right) =>
        left == right || (ChangeVerbs.Value.TryGetValue(left, out var one) && ChangeVerbs.Value.TryGetValue(right, out var other) && one == other);

    /// <summary>Words that hold for any language of tools and so tell none apart.</summary>
    public static bool IsStopWord(string word) => word is
        "a" or "an" or "the" or "this" or "that" or "these" or "those" or "it" or "its" or "i" or "me" or "my" or "mine" or "we" or "us" or "our"
        or "you" or "your" or "he" or "him" or "his" or "she" or "her" or "they" or "them" or "their" or "is" or "are" or "was" or "were" or "be"
        or "been" or "being" or "am" or "do" or "does" or "did" or "has" or "have" or "had" or "can" or "could" or "will" or "would" or "should"
        or "may" or "might" or "must" or "shall" or "of" or "in" or "on" or "at" or "to" or "for" or "from" or "with" or "without" or "by" or "as"
        or "into" or "about" or "over" or "under" or "than" or "and" or "or" or "but" or "nor" or "so" or "if" or "unless" or "then" or "else"
        or "otherwise" or "not" or "no" or "yes" or "any" or "some" or "all" or "every" or "each" or "there" or "here" or "what" or "where" or "when"
        or "who" or "whom" or "whose" or "why" or "how" or "which" or "whether" or "please" or "kindly" or "just" or "also" or "too" or "now"
        or "again" or "only" or "very" or "much" or "many" or "more" or "most" or "less" or "let" or "lets" or "want" or "need" or "like" or "wish"
        or "hi" or "hello" or "hey" or "thanks" or "thank" or "dear" or "ok" or "okay" or "s" or "t" or "d" or "ll" or "ve" or "re" or "up" or "out"
        or "id" or "etc" or "e" or "g" or "one" or "ones" or "same" or "via" or "per" or "using" or "use" or "because" or "since" or "after" or "before"
        or "myself" or "someone" or "something" or "anything" or "nothing" or "well" or "really" or "maybe" or "still" or "yet" or "already";

    public static bool IsQuestionWord(string word) => word is
        "what" or "where" or "when" or "who" or "whom" or "whose" or "why" or "how" or "which" or "whether";

    public static bool IsAuxiliary(string word) => word is
        "is" or "are" or "was" or "were" or "am" or "do" or "does" or "did" or "has" or "have" or "had" or "can" or "could" or "will" or "would"
        or "should" or "may" or "might" or "must" or "shall";

    public static bool IsPronoun(string word) => word is
        "it" or "this" or "that" or "these" or "those" or "them" or "him" or "her" or "its" or "their";

    public static bool IsNegation(string word) => word is "not" or "no" or "never" or "without" or "neither" or "none" or "cannot";

    /// <summary>Words between a noun and its number: "order number 1042".</summary>
    public static bool IsIdWord(string word) => word is
        "id" or "number" or "no" or "nr" or "num" or "code" or "ref" or "reference" or "key" or "identifier" or "uuid" or "guid";

    /// <summary>What a question word asks for, as words that tools use of themselves.</summary>
    public static string[] Hints(string questionWord) => questionWord switch
    {
        "where" => ["status", "shipment", "delivery", "track", "location", "address"],
        "when" => ["date", "time", "schedule", "delivery"],
        "who" => ["name", "person", "customer", "user"],
        _ => [],
    };
}
