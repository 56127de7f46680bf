using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Steps;

/// <summary>Tells questions about rules and ways ("may I return it", "how do I …") from questions about a thing.</summary>
internal static class Question
{
    public static bool AsksForPolicy(Span span)
    {
        var tokens = span.Tokens.Take(4).Select(static token => token.Lower).ToList();
        if (tokens.Count == 0)
        {
            return false;
        }

        var second = tokens.Count > 1 ? tokens[1] : "";
        var opening = tokens[0] switch
        {
            "how" => second is not ("many" or "is" or "are" or "was" or "were"),
            "why" => true,
            "can" or "may" or "could" or "should" or "must" or "am" or "shall" => second is "i" or "we" or "you" or "customers" or "a" or "one",
            "do" or "does" => second is "you" or "i" or "we" or "they" or "customers",
            "is" => second is "it" && tokens.Count > 2 && tokens[2] is "possible" or "allowed",
            "what" => tokens.Contains("your") || (tokens.Contains("happens") || tokens.Contains("if")),
            "explain" => true,
            _ => false,
        };
        return opening || span.Tokens.Any(static token => token.Lower is
            "policy" or "policies" or "rule" or "rules" or "procedure" or "guide" or "guidelines" or "instructions" or "allowed" or "warranty" or "terms");
    }
}
