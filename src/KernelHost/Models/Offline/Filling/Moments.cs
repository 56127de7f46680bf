using System.Globalization;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Filling;

/// <summary>Fills dates and times, telling the start of a period from its end.</summary>
internal static class Moments
{
    public static void Fill(PlannedCall call, ToolParameter parameter, Span near, Request request)
    {
        var kind = parameter.Kind == ParameterKind.Time ? TokenKind.Time : TokenKind.Date;
        var span = near.Tokens.Any(token => token.Kind == kind) ? near : request.Whole;
        var indices = Enumerable.Range(span.From, span.To - span.From).Where(i => request.Tokens[i].Kind == kind).ToList();
        if (indices.Count == 0)
        {
            return;
        }

        if (parameter.IsArray)
        {
            call.Set(parameter, JsonValues.FromItems(indices.Select(i => JsonValues.FromString(request.Tokens[i].Value))), fromText: true);
            call.Stated++;
            return;
        }

        if (Choose(parameter, request.Tokens, indices) is not { } chosen)
        {
            return;
        }

        var value = Value(parameter, request.Tokens[chosen], kind == TokenKind.Date ? TimeFor(parameter, span, request.Tokens) : null);
        if (Candidates.Matches(parameter.Pattern, value))
        {
            call.Set(parameter, JsonValues.FromString(value), fromText: true);
            call.Stated++;
        }
    }

    // "from A to B": the first is the start. A single date after "until" or "by" is an end, any other one a start.
    private static int? Choose(ToolParameter parameter, List<Token> tokens, List<int> indices)
    {
        var parts = Names.Split(parameter.Name);
        var isEnd = parts.Exists(static part => part is "end" or "to" or "until" or "before" or "till" or "finish" or "max");
        var isStart = parts.Exists(static part => part is "start" or "from" or "since" or "after" or "begin" or "min");
        if (!isEnd && !isStart)
        {
            return indices[0];
        }

        if (indices.Count > 1)
        {
            return isEnd ? indices[1] : indices[0];
        }

        var before = indices[0] > 0 ? tokens[indices[0] - 1].Lower : "";
        var saysEnd = before is "until" or "till" or "before" or "by" or "to";
        var saysStart = before is "from" or "since" or "after" or "starting";
        return isStart ? (saysEnd ? null : indices[0]) : saysEnd || (parameter.Required && !saysStart) ? indices[0] : null;
    }

    private static Token? TimeFor(ToolParameter parameter, Span span, List<Token> tokens)
    {
        if (parameter.Format == "date")
        {
            return null;
        }

        var times = tokens.GetRange(span.From, span.To - span.From).FindAll(static token => token.Kind == TokenKind.Time);
        var isEnd = Names.Split(parameter.Name).Exists(static part => part is "end" or "to" or "until");
        return times.Count == 0 ? null : isEnd && times.Count > 1 ? times[1] : times[0];
    }

    private static string Value(ToolParameter parameter, Token token, Token? time)
    {
        var value = token.Value;
        if (parameter.Format == "date" && value.Length > 10 && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _))
        {
            return value[..10];
        }

        return time is not null && value.Length == 10 && parameter.Kind == ParameterKind.Date ? $"{value}T{time.Value}" : value;
    }
}
