using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Tools;

/// <summary>Tells from schema and name what kind of value a parameter takes.</summary>
internal static class ParameterKinds
{
    public static ParameterKind Of(ToolParameter parameter)
    {
        if (parameter.Choices.Count > 0)
        {
            return ParameterKind.Choice;
        }

        return parameter.Type switch
        {
            "boolean" => ParameterKind.Boolean,
            "integer" or "number" => EndsWithId(parameter) ? ParameterKind.Identifier : ParameterKind.Number,
            "string" or "" => OfString(parameter),
            _ => ParameterKind.Other,
        };
    }

    /// <summary>Names of parameters that take the user's own words.</summary>
    public static bool IsFreeText(string part) => part is
        "query" or "question" or "text" or "message" or "reason" or "subject" or "body" or "description" or "comment" or "comments" or "note" or "notes"
        or "content" or "prompt" or "details" or "detail" or "summary" or "search" or "q" or "topic" or "keywords" or "keyword" or "phrase" or "input"
        or "request" or "problem" or "issue" or "term" or "terms" or "explanation" or "remark" or "remarks";

    /// <summary>Names of parameters that take a query for a search.</summary>
    public static bool IsQuery(string part) => part is
        "query" or "question" or "search" or "q" or "keywords" or "keyword" or "text" or "term" or "terms" or "phrase" or "topic";

    /// <summary>Names of parameters that limit how much comes back.</summary>
    public static bool IsLimit(string part) => part is "top" or "limit" or "max" or "take" or "k" or "count" or "size" or "n" or "results";

    /// <summary>Whether the name ends in a word for an identifier.</summary>
    public static bool EndsWithId(ToolParameter parameter)
    {
        var parts = Names.Split(parameter.Name);
        return parts.Count > 0 && (Lexicon.IsIdWord(parts[^1]) || parts[^1] is "ids" or "numbers" or "codes" or "sku" or "isbn" or "iban");
    }

    private static ParameterKind OfString(ToolParameter parameter)
    {
        var byFormat = parameter.Format switch
        {
            "email" or "idn-email" => ParameterKind.Email,
            "date" or "date-time" => ParameterKind.Date,
            "time" => ParameterKind.Time,
            "uri" or "url" or "iri" => ParameterKind.Url,
            "uuid" => ParameterKind.Identifier,
            _ => ParameterKind.Text,
        };
        if (byFormat != ParameterKind.Text)
        {
            return byFormat;
        }

        if (EndsWithId(parameter) || parameter.Pattern is not null)
        {
            return ParameterKind.Identifier;
        }

        var parts = Names.Split(parameter.Name);
        if (parts.Exists(static part => part is "email" or "emails" or "mail") || (parts.Count == 2 && parts[0] == "e" && parts[1] == "mail")
            || (parameter.DescriptionStems.Contains("email") && parts.Exists(static part => part is "to" or "recipient" or "recipients" or "attendee"
                or "attendees" or "address" or "cc" or "bcc" or "invitee" or "invitees" or "guests")))
        {
            return ParameterKind.Email;
        }

        if (parts.Exists(static part => part is "url" or "uri" or "link" or "website"))
        {
            return ParameterKind.Url;
        }

        if (parts.Exists(static part => part is "date" or "day" or "since" or "until" or "deadline" or "due" or "datetime")
            || (parameter.DescriptionStems.Contains("date") && parts.Exists(static part => part is "from" or "to" or "start" or "end" or "when" or "at" or "on"
                or "before" or "after" or "begin" or "time")))
        {
            return ParameterKind.Date;
        }

        return parts.Contains("time") ? ParameterKind.Time
            : parts.Count > 0 && IsFreeText(parts[^1]) ? ParameterKind.FreeText
            : ParameterKind.Text;
    }
}
