using System.Text.Json;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Filling;

/// <summary>Fills single parameters from the values that the user's text states.</summary>
internal sealed class ValueFiller(PlannedCall call, Candidates candidates, Clause clause, Request request, int answerFrom)
{
    // The clause itself, what its condition says, and what the user answered when asked.
    private readonly Span[] _near = [clause.Span, clause.Condition?.Span ?? new Span(request, 0, 0), new Span(request, answerFrom, request.Tokens.Count)];

    /// <summary>Parameters for which the text names several of the possible values.</summary>
    public Dictionary<ToolParameter, IReadOnlyList<string>> Ambiguous { get; } = [];

    /// <summary>Further values that the text lists for one parameter.</summary>
    public (ToolParameter Parameter, List<JsonElement> Others)? Listed { get; private set; }

    public void TryFill(ToolParameter parameter)
    {
        switch (parameter.Kind)
        {
            case ParameterKind.Email:
                FillKind(parameter, TokenKind.Email);
                break;
            case ParameterKind.Url:
                FillKind(parameter, TokenKind.Url);
                break;
            case ParameterKind.Date or ParameterKind.Time:
                Moments.Fill(call, parameter, _near[0], request);
                break;
            case ParameterKind.Choice or ParameterKind.Boolean:
                FillWord(parameter);
                break;
            case ParameterKind.Identifier or ParameterKind.Number:
                FillNumber(parameter);
                break;
            case ParameterKind.Text:
                FillText(parameter);
                break;
            case ParameterKind.FreeText when !parameter.IsArray && !IsPassageQuery(parameter) && FreeText.Explicit(parameter, _near[0], call.Used) is { } text && !IsWordOfTool(text):
                call.Set(parameter, JsonValues.FromString(text), fromText: true);
                break;
        }
    }

    // Passages are found by all that is said, not by a quotation in it.
    private bool IsPassageQuery(ToolParameter parameter) =>
        call.Tool.Kind == ToolKind.Search && clause.Verb is not ("search" or "find" or "look") && ParameterKinds.IsQuery(Names.Split(parameter.Name)[^1]);

    /// <summary>A value of the text that is meant for the parameter but does not have its form.</summary>
    public string? Unfit(ToolParameter parameter)
    {
        if (parameter.Kind is not (ParameterKind.Identifier or ParameterKind.Number) || !parameter.Nouns.Any())
        {
            return null;
        }

        foreach (var span in _near)
        {
            for (var i = span.From; i < span.To; i++)
            {
                var token = request.Tokens[i];
                if (token.Kind is TokenKind.Id or TokenKind.Number && !call.Used.Contains(token) && Candidates.ToJson(parameter, token) is null
                    && Labels.Before(request.Tokens, i) is { } label && candidates.Names(parameter, label.Stem))
                {
                    return token.Text;
                }
            }
        }

        return null;
    }

    /// <summary>An e-mail, identifier, quotation or name to look something up by.</summary>
    /// <param name="parameter">The parameter that takes it.</param>
    /// <param name="wordsToo">Whether the words that the tool does not share with the clause will do: "find customer smith".</param>
    public bool TryLookupText(ToolParameter parameter, bool wordsToo)
    {
        var token = request.Tokens.Find(token => token.Kind is TokenKind.Email or TokenKind.Quoted && !call.Used.Contains(token));
        if (token is not null)
        {
            Use(parameter, [JsonValues.FromString(token.Text)], token);
            return true;
        }

        var names = TextArguments.Find(call.Tool, parameter, request.Whole);
        if (names.Count == 0)
        {
            names = TextArguments.ProperNames(clause.Span);
        }

        if (names.Count > 0)
        {
            Use(parameter, [JsonValues.FromString(names[0].Text)], request.Tokens[names[0].From]);
        }
        else if (wordsToo && FreeText.Rest(call.Tool, clause) is { Length: > 0 } rest)
        {
            Use(parameter, [JsonValues.FromString(rest)], null);
        }

        return call.Arguments.ContainsKey(parameter.Name);
    }

    private void FillKind(ToolParameter parameter, TokenKind kind)
    {
        foreach (var span in (Span[])[.. _near, request.Whole])
        {
            var tokens = span.Tokens.Where(token => token.Kind == kind && !call.Used.Contains(token)).ToList();
            if (tokens.Count > 0)
            {
                Use(parameter, tokens.ConvertAll(static token => JsonValues.FromString(token.Text)), tokens[0]);
                return;
            }
        }
    }

    private void FillWord(ToolParameter parameter)
    {
        foreach (var span in _near)
        {
            var words = span.Tokens.Where(token => token.Kind is TokenKind.Word or TokenKind.Quoted or TokenKind.Number or TokenKind.Id
                && !(clause.IsChange && token.Stem == clause.Verb && span == _near[0])).ToList();
            if (parameter.Kind == ParameterKind.Boolean)
            {
                if (WordChoices.Boolean(parameter, words) is { } flag)
                {
                    Use(parameter, [JsonValues.FromBoolean(flag)], null);
                    return;
                }

                continue;
            }

            var chosen = WordChoices.Of(parameter, words);
            if (chosen.Count > 1 && !parameter.IsArray && WordChoices.Directed(parameter, words) is { } directed)
            {
                chosen = [directed];
            }

            if (chosen.Count > 1 && !parameter.IsArray)
            {
                Ambiguous[parameter] = chosen.ConvertAll(static choice => choice.ToString());
                return;
            }

            if (chosen.Count > 0)
            {
                Use(parameter, chosen, null);
                return;
            }
        }
    }

    private void FillNumber(ToolParameter parameter)
    {
        var least = parameter.Required ? Candidates.Unlabelled : Candidates.Labelled;
        foreach (var span in _near)
        {
            if (FillNumber(parameter, span, least))
            {
                return;
            }
        }

        // Elsewhere in the request a value needs its label: "Where is my order 1042? … refund the shipping".
        FillNumber(parameter, request.Whole, Candidates.Labelled + 1);
    }

    private bool FillNumber(ToolParameter parameter, Span span, int least)
    {
        var (best, found) = (least, new List<int>());
        for (var i = span.From; i < span.To; i++)
        {
            var score = call.Used.Contains(request.Tokens[i]) ? 0 : candidates.Score(parameter, request, i);
            if (score < best)
            {
                continue;
            }

            if (score > best)
            {
                found.Clear();
                best = score;
            }

            found.Add(i);
        }

        if (found.Count == 0)
        {
            return false;
        }

        var values = found.ConvertAll(i => Candidates.ToJson(parameter, request.Tokens[i])!.Value);
        values = [.. values.DistinctBy(static value => value.GetRawText())];
        var listed = parameter.Required && parameter.Kind == ParameterKind.Identifier && Listed is null;
        var inTurn = InTurn(parameter, best, found.Count);
        if (values.Count > 1 && !parameter.IsArray && !inTurn && (!listed || best == Candidates.Unlabelled))
        {
            if (parameter.Required)
            {
                Ambiguous[parameter] = values.ConvertAll(static value => value.ToString());
            }

            return true;
        }

        Use(parameter, values, request.Tokens[found[0]]);
        if (values.Count > 1 && !parameter.IsArray && !inTurn)
        {
            Listed = (parameter, values[1..]);
        }

        return true;
    }

    // "Add 2 and 3": as many numbers as parameters are left, so each takes the next one.
    private bool InTurn(ToolParameter parameter, int score, int numbers) =>
        score == Candidates.Unlabelled && parameter.Kind == ParameterKind.Number && numbers == call.Tool.Parameters.Count(other =>
            other.Required && other.Kind == ParameterKind.Number && !call.Arguments.ContainsKey(other.Name));

    private void FillText(ToolParameter parameter)
    {
        if (FreeText.Sql(parameter, clause) is { } sql)
        {
            Use(parameter, [JsonValues.FromString(sql)], null);
            return;
        }

        foreach (var span in (Span[])[.. _near, request.Whole])
        {
            var found = span.IsEmpty ? [] : TextArguments.Find(call.Tool, parameter, span);
            found.RemoveAll(stretch => call.Used.Contains(request.Tokens[stretch.From]) || IsWordOfTool(stretch.Text));
            if (found.Count > 0)
            {
                UseTexts(parameter, found);
                return;
            }
        }

        var quoted = clause.Span.Tokens.FirstOrDefault(token => token.Kind == TokenKind.Quoted && !call.Used.Contains(token));
        if (quoted is not null)
        {
            Use(parameter, [JsonValues.FromString(quoted.Text)], quoted);
            return;
        }

        if (parameter.Required && call.Tool.Parameters.Count(static other => other.Required && other.Kind == ParameterKind.Text) == 1)
        {
            var names = TextArguments.ProperNames(clause.Span);
            names.RemoveAll(stretch => call.Used.Contains(request.Tokens[stretch.From]) || IsWordOfTool(stretch.Text));
            UseTexts(parameter, names);
        }
    }

    private void UseTexts(ToolParameter parameter, List<Stretch> found)
    {
        var values = found.ConvertAll(static stretch => JsonValues.FromString(stretch.Text));
        if (values.Count == 0 || !Candidates.Matches(parameter.Pattern, found[0].Text))
        {
            return;
        }

        Use(parameter, values, null);
        found.ForEach(stretch => call.Used.Add(request.Tokens[stretch.From]));
        if (values.Count > 1 && !parameter.IsArray && parameter.Required && Listed is null)
        {
            Listed = (parameter, values[1..]);
        }
    }

    private bool IsWordOfTool(string text) => call.Tool.NameStems.Contains(Stemmer.Stem(text.ToLowerInvariant()));

    private void Use(ToolParameter parameter, List<JsonElement> values, Token? token)
    {
        call.Set(parameter, parameter.IsArray ? JsonValues.FromItems(values) : values[0], fromText: true);
        call.Stated++;
        if (token is not null)
        {
            call.Used.Add(token);
        }
    }
}
