using System.Text;
using System.Text.Json;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Answers;

/// <summary>Says the result of a call in a sentence: the fields that the request asks for and those that usually matter.</summary>
internal static class ResultText
{
    private const int MostFields = 9;
    private const int FewFields = 4;
    private const int MostItems = 5;
    private const int LongestText = 400;

    /// <summary>The sentence for a result.</summary>
    /// <param name="value">The result.</param>
    /// <param name="title">What the tool is about: "order", "weather forecast".</param>
    /// <param name="words">The stems of the request.</param>
    public static string Describe(JsonElement value, string title, HashSet<string> words)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return DescribeObject(value, title, words);
            case JsonValueKind.Array:
                return DescribeList(value, title);
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return $"{Capitalised(title)}: nothing was found.";
            case JsonValueKind.String:
                var text = Tokenizer.OneLine(value.GetString()!, LongestText);
                return text.Length == 0 ? $"{Capitalised(title)}: nothing was found." : Sentence($"{Capitalised(title)}: {text}");
            default:
                return $"{Capitalised(title)}: {ValueText.Of(value)}.";
        }
    }

    /// <summary>An item of a list in a few words: its identifier or name, its status, a date or an amount.</summary>
    public static string Brief(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return ValueText.Of(item, 80);
        }

        var fields = Fields.Read(item);
        var id = fields.Find(static field => field.IsIdentity);
        var name = fields.Find(static field => field.IsName);
        var head = name ?? id ?? (fields.Count > 0 ? fields[0] : null);
        if (head is null)
        {
            return "an empty item";
        }

        var least = fields.Count <= 3 ? 1 : 2;
        var details = fields.Where(field => field != head && (field == id || field.Weight >= least)).OrderByDescending(static field => field.Weight).Take(3)
            .OrderBy(fields.IndexOf).Select(static field => field.IsStatus ? field.Text : field.Labelled).ToList();
        return details.Count == 0 ? head.Text : $"{head.Text} ({string.Join(", ", details)})";
    }

    /// <summary>What a completed action gave back: its fields in a row.</summary>
    /// <param name="value">The result.</param>
    /// <param name="words">The stems of the request.</param>
    /// <param name="known">Values that the answer shows already.</param>
    public static string Summary(JsonElement value, HashSet<string> words, HashSet<string> known)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? "" : ValueText.Of(value, 300);
        }

        var fields = Fields.Read(value);
        var news = fields.FindAll(field => !known.Contains(field.Value.ToString()));
        return string.Join(", ", Chosen(news.Count > 0 ? news : fields, words, all: true).Take(6).Select(static field => field.Labelled));
    }

    private static string DescribeObject(JsonElement value, string title, HashSet<string> words)
    {
        var fields = Fields.Read(value);
        if (fields.Count == 0)
        {
            return $"{Capitalised(title)}: nothing was found.";
        }

        // An envelope around one list is that list.
        if (fields.Count(static field => field.IsList) == 1 && fields.TrueForAll(static field => field.IsList || field.Value.ValueKind is JsonValueKind.Number or JsonValueKind.Null
            or JsonValueKind.True or JsonValueKind.False) && fields.Count <= 3)
        {
            var list = fields.Find(static field => field.IsList)!;
            return DescribeList(list.Value, list.Label);
        }

        var identity = fields.Find(field => field.Path.Length == 1 && (field.IsIdentity || IsNamed(field, title)));
        var name = fields.Find(static field => field.IsName && field.Path.Length == 1);
        var head = identity ?? name;
        var text = new StringBuilder(Capitalised(title));
        if (head is not null)
        {
            text.Append(' ').Append(head.Text);
        }

        var predicates = fields.Where(static field => field.IsPredicate).Select(static field => field.Predicate).Take(3).ToList();
        text.Append(head is not null && predicates.Count > 0 ? " is " + string.Join(" and ", predicates) : "");
        // "Order" in a request for an order asks for no field of it.
        var asked = words.Except(Names.Stems(title)).ToHashSet(StringComparer.Ordinal);
        var rest = Chosen(fields.FindAll(field => field != head && !(head is not null && field.IsPredicate && predicates.Contains(field.Predicate))), asked)
            .Take(MostFields).Select(static field => field.Labelled).ToList();
        text.Append(rest.Count == 0 ? "" : predicates.Count > 0 && head is not null ? "; " : ": ").AppendJoin(", ", rest);
        return Sentence(text.ToString());
    }

    // The result of get_build about build 17 has a field "build".
    private static bool IsNamed(Field field, string title) =>
        field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number && title.Split(' ').Contains(field.Name, StringComparer.OrdinalIgnoreCase) && field.Text.Length <= 40;

    // Fields that share words with the request, and where those are few, the ones that usually matter; in the order of the result.
    private static IEnumerable<Field> Chosen(List<Field> fields, HashSet<string> words, bool all = false)
    {
        var weighed = fields.Select((field, index) => (Field: field, Index: index, Asked: field.Matches(words), field.Weight))
            .Where(static item => item.Weight > 0 || item.Asked).ToList();
        var asked = weighed.Count(static item => item.Asked);
        var most = all || asked == 0 ? MostFields : Math.Max(asked, FewFields);
        return weighed.OrderByDescending(static item => item.Asked).ThenByDescending(static item => item.Weight).ThenBy(static item => item.Index)
            .Take(Math.Min(most, MostFields)).OrderBy(static item => item.Index).Select(static item => item.Field);
    }

    private static string DescribeList(JsonElement list, string title)
    {
        var count = list.GetArrayLength();
        if (count == 0)
        {
            return $"{Capitalised(title)}: nothing was found.";
        }

        var items = list.EnumerateArray().Take(MostItems).Select(Brief);
        var more = count > MostItems ? $"; and {count - MostItems} more" : "";
        return Sentence($"{Capitalised(title)}: {count} found: {string.Join("; ", items)}{more}");
    }

    private static string Capitalised(string title) => title.Length == 0 ? "Result" : char.ToUpperInvariant(title[0]) + title[1..];

    private static string Sentence(string text) => text.EndsWith('.') || text.EndsWith('!') || text.EndsWith('?') || text.EndsWith('…') ? text : text + ".";
}
