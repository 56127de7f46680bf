namespace KernelHost.Runs.Grounding;

/// <summary>Whether a sentence denies something, by the words that commonly do it.</summary>
internal static class Negation
{
    private static readonly HashSet<string> Words = new(
        ("not no never none nothing neither nor without cannot non nicht kein keine keinen keiner keinem keines nie niemals ohne nichts pas jamais sans aucun aucune nunca sin "
        + "ningun ninguna tampoco senza niet geen nooit zonder não sem").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Signs = ["不", "没", "沒", "無", "无", "ない", "ません", "않", "없"];

    public static bool Is(string sentence)
    {
        for (var i = 0; i < sentence.Length; i++)
        {
            if (char.IsLetter(sentence[i]))
            {
                var start = i;
                while (i < sentence.Length && (char.IsLetter(sentence[i]) || sentence[i] is '\'' or '’'))
                {
                    i++;
                }

                var word = sentence[start..i];
                if (Words.Contains(word) || word.EndsWith("n't", StringComparison.OrdinalIgnoreCase) || word.EndsWith("n’t", StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return Array.Exists(Signs, sign => sentence.Contains(sign, StringComparison.Ordinal));
    }
}
