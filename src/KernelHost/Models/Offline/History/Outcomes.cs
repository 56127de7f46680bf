using System.Text.Json;

namespace KernelHost.Models.Offline.History;

/// <summary>Reads from a result whether the call was done, failed, was denied or waits for a human.</summary>
internal static class Outcomes
{
    private const int LongestNotice = 600;

    public static Outcome Of(JsonElement result)
    {
        if (result.ValueKind == JsonValueKind.String)
        {
            return OfText(result.GetString()!, alone: true);
        }

        if (result.ValueKind != JsonValueKind.Object)
        {
            return Outcome.Done;
        }

        if (Named(result, "error") is { } error && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
        {
            var notice = OfText(Text(error), alone: false);
            return notice == Outcome.Done ? Outcome.Failed : notice;
        }

        if (Named(result, "denied") is { ValueKind: JsonValueKind.True })
        {
            return Outcome.Denied;
        }

        foreach (var name in (ReadOnlySpan<string>)["decision", "outcome", "status", "approval"])
        {
            var found = Named(result, name) is { ValueKind: JsonValueKind.String } value ? OfText(value.GetString()!, alone: false) : Outcome.Done;
            if (found != Outcome.Done)
            {
                return found;
            }
        }

        return Outcome.Done;
    }

    /// <summary>What a result says of itself, in its own words.</summary>
    public static string Message(JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Object)
        {
            return Text(result);
        }

        if (Named(result, "error") is { } error && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.False or JsonValueKind.True))
        {
            return Text(error);
        }

        foreach (var name in (ReadOnlySpan<string>)["message", "reason", "detail", "details", "title"])
        {
            if (Named(result, name) is { ValueKind: JsonValueKind.String } value)
            {
                return value.GetString()!;
            }
        }

        return "";
    }

    private static JsonElement? Named(JsonElement result, string name)
    {
        foreach (var member in result.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return null;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Object => Named(value, "message") is { ValueKind: JsonValueKind.String } message ? message.GetString()! : value.GetRawText(),
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => value.GetRawText(),
    };

    // A notice of the host is short; a long text that speaks of approvals is the content somebody asked for.
    private static Outcome OfText(string text, bool alone)
    {
        if (text.Length > LongestNotice)
        {
            return alone && StartsAsError(text) ? Outcome.Failed : Outcome.Done;
        }

        bool Has(string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
        if (Has("approv") && (Has("wait") || Has("pending") || Has("need") || Has("requir") || Has("must")))
        {
            return Outcome.Waiting;
        }

        var denied = alone
            ? Has("denied") || Has("not allowed") || Has("forbidden") || Has("not permitted") || Has("rejected by") || Has("refused by") || Has("blocked by")
            : Has("denied") || Has("deny") || Has("forbidden") || Has("not permitted") || Has("not allowed");
        return denied ? Outcome.Denied : alone && StartsAsError(text) ? Outcome.Failed : Outcome.Done;
    }

    private static bool StartsAsError(string text)
    {
        var start = text.AsSpan().TrimStart();
        return start.StartsWith("error", StringComparison.OrdinalIgnoreCase) || start.StartsWith("an error occurred", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("failed", StringComparison.OrdinalIgnoreCase) || start.StartsWith("exception", StringComparison.OrdinalIgnoreCase);
    }
}
