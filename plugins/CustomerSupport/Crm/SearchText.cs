using System.Globalization;
using System.Text;

namespace KernelHost.Plugins.CustomerSupport.Crm;

/// <summary>Folds text so that "novakova" finds "Nováková" and "lukasz" finds "Łukasz".</summary>
internal static class SearchText
{
    /// <summary>Lower case, without accents, words separated by single spaces. Empty when nothing can be searched for.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        // Normalize throws on half a surrogate pair, which a hostile caller can send; the round trip replaces it.
        var sound = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        foreach (var c in sound.ToLowerInvariant().Normalize(NormalizationForm.FormD))
        {
            if (Spell(c) is { } spelled)
            {
                folded.Append(spelled);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
            {
                folded.Append(char.IsLetterOrDigit(c) || char.IsSurrogate(c) ? c : ' ');
            }
        }

        return string.Join(' ', Words(folded.ToString()));
    }

    public static string[] Words(string folded) => folded.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // Letters that Unicode does not decompose, and marks within a name that people leave out.
    private static string? Spell(char c) => c switch
    {
        'ł' => "l",
        'ø' => "o",
        'đ' or 'ð' => "d",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ς' => "σ",
        '\'' or '’' => "",
        _ => null,
    };
}
