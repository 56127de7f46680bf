using System.Collections.Frozen;
using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>Reads <c>limits:</c> of an agent file.</summary>
internal sealed class AgentLimitsReader(SourceErrors errors, AgentPlaces places)
{
    private const int MostTokens = 1_000_000_000;
    private static readonly TimeSpan ShortestWallTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWallTime = TimeSpan.FromDays(30);

    private static readonly Dictionary<string, AtLimit> AtLimits = new(StringComparer.Ordinal)
    {
        ["wrapUp"] = AtLimit.WrapUp,
        ["cheaperModel"] = AtLimit.CheaperModel,
        ["ask"] = AtLimit.Ask,
    };

    public AgentLimits Read(YamlMap? map)
    {
        var standard = new AgentLimits();
        if (map is null)
        {
            return standard;
        }

        var fields = new YamlFields(map, "'limits'", errors);
        var limits = new AgentLimits
        {
            Steps = fields.WholeNumber("steps", 1, 10_000) ?? standard.Steps,
            ToolCalls = fields.WholeNumber("toolCalls", 0, 100_000) ?? standard.ToolCalls,
            Tokens = fields.WholeNumber("tokens", 1, MostTokens) ?? standard.Tokens,
            InputTokens = fields.WholeNumber("inputTokens", 1, MostTokens),
            OutputTokens = fields.WholeNumber("outputTokens", 1, MostTokens),
            Money = ReadMoney(fields),
            ApprovalPrompts = fields.WholeNumber("approvalPrompts", 0, 10_000),
            BytesOut = fields.WholeNumber("bytesOut", 0, int.MaxValue),
            Tools = ReadTools(fields) ?? standard.Tools,
            WallTime = ReadWallTime(fields) ?? standard.WallTime,
            ParallelCalls = fields.WholeNumber("parallelCalls", 1, 64) ?? standard.ParallelCalls,
            AtLimit = fields.OneOf("atLimit", fields.Take("atLimit"), AtLimits) ?? standard.AtLimit,
            CheaperModel = ReadCheaperModel(fields),
            RepeatedCalls = fields.WholeNumber("repeatedCalls", 0, 1000) ?? standard.RepeatedCalls,
            StaleRounds = fields.WholeNumber("staleRounds", 0, 1000) ?? standard.StaleRounds,
        };
        if ((limits.AtLimit == AtLimit.CheaperModel) != (limits.CheaperModel is not null))
        {
            errors.Add(map, "'atLimit: cheaperModel' and 'cheaperModel: NAME' belong together in 'limits'. Write both, or neither.");
        }

        fields.Done();
        return limits;
    }

    private Money? ReadMoney(YamlFields fields)
    {
        if (fields.Take("money") is not { } value)
        {
            return null;
        }

        if (value is YamlScalar scalar && Money.TryParse(scalar.Text, out var money) && money.Micros > 0)
        {
            places.Add("money", "", scalar.Line, scalar.Column);
            return money;
        }

        fields.Mismatch("money", value, "an amount above 0 and a currency such as '0.50 USD'");
        return null;
    }

    private FrozenDictionary<string, int>? ReadTools(YamlFields fields)
    {
        if (fields.Mapping("tools", "tools: { customer-support/issue_refund: 1 }") is not { } map)
        {
            return null;
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var tools = new YamlFields(map, "'tools' of 'limits'", errors);
        foreach (var entry in map.Entries)
        {
            if (tools.WholeNumber(entry.Key.Text, 0, 100_000) is { } count)
            {
                counts[entry.Key.Text] = count;
                places.Add("limits.tools", entry.Key.Text, entry.Key.Line, entry.Key.Column);
            }
        }

        return counts.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private string? ReadCheaperModel(YamlFields fields)
    {
        var model = fields.Text("cheaperModel");
        if (model is not null)
        {
            places.Add("cheaperModel", model.Text, model.Line, model.Column);
        }

        return model?.Text;
    }

    private static TimeSpan? ReadWallTime(YamlFields fields)
    {
        if (fields.Take("wallTime") is not { } value)
        {
            return null;
        }

        if (value is YamlScalar scalar && Duration.TryParse(scalar.Text, out var time) && time >= ShortestWallTime && time <= LongestWallTime)
        {
            return time;
        }

        fields.Mismatch("wallTime", value, "a time from '1s' to '30d' such as '90s', '5m' or '1h30m'");
        return null;
    }
}
