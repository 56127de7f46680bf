using System.Text.Json;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Filling;

/// <summary>
/// Fills the parameters of a tool from a clause, from the rest of the request, and from fields of earlier results, in that order.
/// It finds values; it never makes one.
/// </summary>
/// <param name="request">What the user asks.</param>
/// <param name="facts">The fields of earlier results.</param>
/// <param name="answerFrom">Where in the request the user's answer to a question of ours starts, or the number of tokens.</param>
internal sealed class ArgumentFiller(Request request, FactLookup facts, int answerFrom)
{
    private const int MostCalls = 8;

    /// <summary>The calls that the clause asks of the tool: one, or one for each of the listed values.</summary>
    /// <param name="tool">The tool to call.</param>
    /// <param name="clause">The clause it serves.</param>
    /// <param name="wordsAreValues">Whether the user's own words may fill free text. Not where a call only looks a value up.</param>
    public List<PlannedCall> Fill(ToolProfile tool, Clause clause, bool wordsAreValues = true)
    {
        var call = new PlannedCall(tool);
        var candidates = new Candidates(tool, clause.Verb);
        var values = new ValueFiller(call, candidates, clause, request, answerFrom);
        foreach (var parameter in tool.Parameters.OrderBy(Order))
        {
            values.TryFill(parameter);
        }

        foreach (var parameter in tool.Parameters)
        {
            if (parameter.Required && !call.Arguments.ContainsKey(parameter.Name))
            {
                FillRequired(call, values, parameter, clause, wordsAreValues);
            }
        }

        call.Sort();
        return Spread(call, values);
    }

    // What is recognised by itself goes first, so that a date is not taken for a number and a quotation not for a name.
    private static int Order(ToolParameter parameter) => parameter.Kind switch
    {
        ParameterKind.Email or ParameterKind.Url or ParameterKind.Date or ParameterKind.Time => 0,
        ParameterKind.Choice or ParameterKind.Boolean => 1,
        ParameterKind.Identifier => 2,
        ParameterKind.Number => 3,
        ParameterKind.Text => 4,
        _ => 5,
    };

    private void FillRequired(PlannedCall call, ValueFiller values, ToolParameter parameter, Clause clause, bool wordsAreValues)
    {
        if (values.Ambiguous.TryGetValue(parameter, out var options))
        {
            call.Missing.Add(new MissingArgument(parameter, options));
            return;
        }

        // A value was stated but does not fit: an older one must not slip into its place.
        if (values.Unfit(parameter) is { } unfit)
        {
            call.Missing.Add(new MissingArgument(parameter, [unfit]));
            return;
        }

        var (value, several) = facts.Find(call.Tool, parameter);
        if (value is { } known)
        {
            call.Set(parameter, known, fromText: false);
        }
        else if (parameter.Kind == ParameterKind.FreeText && !parameter.IsArray && (IsLookup(call.Tool, parameter) || !wordsAreValues))
        {
            // find_customer wants a name or an address to look up, not the sentence it stands in.
            if (!values.TryLookupText(parameter, wordsAreValues))
            {
                call.Missing.Add(new MissingArgument(parameter, []));
            }
        }
        else if (parameter.Kind == ParameterKind.FreeText && !parameter.IsArray && FreeText.Verbatim(call.Tool, parameter, clause) is { } words)
        {
            call.Set(parameter, JsonValues.FromString(words), fromText: true);
        }
        else
        {
            var choices = parameter.Choices.Count > 0 ? parameter.Choices.Select(static choice => choice.ToString()) : several;
            call.Missing.Add(new MissingArgument(parameter, [.. choices]));
        }
    }

    private static bool IsLookup(ToolProfile tool, ToolParameter parameter) =>
        tool.Kind == ToolKind.Read && ParameterKinds.IsQuery(Names.Split(parameter.Name)[^1]);

    private static List<PlannedCall> Spread(PlannedCall call, ValueFiller values)
    {
        var all = new List<PlannedCall> { call };
        if (values.Listed is { } listed)
        {
            foreach (var other in listed.Others.Take(MostCalls - 1))
            {
                all.Add(call.With(listed.Parameter, other));
            }
        }

        return all;
    }
}
