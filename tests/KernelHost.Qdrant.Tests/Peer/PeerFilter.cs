using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using KernelHost.Qdrant.Protocol;
using Match = KernelHost.Qdrant.Protocol.Match;
using Value = KernelHost.Qdrant.Protocol.Value;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>Evaluates filters as Qdrant does. A missing field matches nothing and lies in no range; a list matches when one of its elements does.</summary>
internal static partial class PeerFilter
{
    public static bool Matches(Filter? filter, PeerPoint point) => filter is null
        || ((filter.Should.Count == 0 || filter.Should.Any(condition => Matches(condition, point)))
            && filter.Must.All(condition => Matches(condition, point))
            && !filter.MustNot.Any(condition => Matches(condition, point)));

    /// <summary>The fields that a filter needs an index for, with those that would do.</summary>
    public static IEnumerable<(string Field, FieldType[] Types)> Needs(Filter? filter)
    {
        foreach (var condition in filter is null ? [] : filter.Should.Concat(filter.Must).Concat(filter.MustNot))
        {
            switch (condition.ConditionOneOfCase)
            {
                case Condition.ConditionOneOfOneofCase.Filter:
                    foreach (var need in Needs(condition.Filter))
                    {
                        yield return need;
                    }

                    break;
                case Condition.ConditionOneOfOneofCase.IsEmpty:
                    yield return (condition.IsEmpty.Key, System.Enum.GetValues<FieldType>());
                    break;
                case Condition.ConditionOneOfOneofCase.Field:
                    yield return (condition.Field.Key, Types(condition.Field));
                    break;
                default:
                    break;
            }
        }
    }

    private static FieldType[] Types(FieldCondition field) => field switch
    {
        { Range: not null } => [FieldType.Integer, FieldType.Float],
        { DatetimeRange: not null } => [FieldType.Datetime],
        _ => field.Match.MatchValueCase switch
        {
            Match.MatchValueOneofCase.Keyword or Match.MatchValueOneofCase.Keywords => [FieldType.Keyword],
            Match.MatchValueOneofCase.Boolean => [FieldType.Bool],
            _ => [FieldType.Integer],
        },
    };

    private static bool Matches(Condition condition, PeerPoint point) => condition.ConditionOneOfCase switch
    {
        Condition.ConditionOneOfOneofCase.Filter => Matches(condition.Filter, point),
        Condition.ConditionOneOfOneofCase.HasId => condition.HasId.HasId.Contains(point.Id),
        Condition.ConditionOneOfOneofCase.IsEmpty => IsEmpty(Find(point.Payload, condition.IsEmpty.Key)),
        Condition.ConditionOneOfOneofCase.IsNull => Find(point.Payload, condition.IsNull.Key)?.KindCase == Value.KindOneofCase.NullValue,
        Condition.ConditionOneOfOneofCase.Field => Find(point.Payload, condition.Field.Key) is { } value
            && (value.ListValue is { } list ? list.Values.Any(element => Matches(condition.Field, element)) : Matches(condition.Field, value)),
        _ => throw PeerState.Fault(Grpc.Core.StatusCode.InvalidArgument, "Malformed Condition type"),
    };

    private static bool IsEmpty(Value? value) => value is null || value.KindCase == Value.KindOneofCase.NullValue || value.ListValue is { Values.Count: 0 };

    private static bool Matches(FieldCondition field, Value value) =>
        (field.Match is { } match && Matches(match, value))
        || (field.Range is { } range && Number(value) is { } number && (!range.HasLt || number < range.Lt) && (!range.HasLte || number <= range.Lte) && (!range.HasGt || number > range.Gt) && (!range.HasGte || number >= range.Gte))
        || (field.DatetimeRange is { } times && Time(value) is { } time && Lies(times, time));

    private static bool Matches(Match match, Value value) => match.MatchValueCase switch
    {
        Match.MatchValueOneofCase.Keyword => value.KindCase == Value.KindOneofCase.StringValue && value.StringValue == match.Keyword,
        Match.MatchValueOneofCase.Keywords => value.KindCase == Value.KindOneofCase.StringValue && match.Keywords.Strings.Contains(value.StringValue),
        Match.MatchValueOneofCase.Integer => value.KindCase == Value.KindOneofCase.IntegerValue && value.IntegerValue == match.Integer,
        Match.MatchValueOneofCase.Integers => value.KindCase == Value.KindOneofCase.IntegerValue && match.Integers.Integers.Contains(value.IntegerValue),
        Match.MatchValueOneofCase.Boolean => value.KindCase == Value.KindOneofCase.BoolValue && value.BoolValue == match.Boolean,
        _ => throw PeerState.Fault(Grpc.Core.StatusCode.InvalidArgument, "Malformed Match condition"),
    };

    // In floating point, also for whole numbers: as the server does.
    private static double? Number(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.IntegerValue => value.IntegerValue,
        Value.KindOneofCase.DoubleValue => value.DoubleValue,
        _ => null,
    };

    private static Timestamp? Time(Value value) =>
        value.KindCase == Value.KindOneofCase.StringValue && DateTimeOffset.TryParse(value.StringValue, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Timestamp.FromDateTimeOffset(time) : null;

    private static bool Lies(DatetimeRange range, Timestamp time) =>
        (range.Lt is null || time < range.Lt) && (range.Lte is null || time <= range.Lte) && (range.Gt is null || time > range.Gt) && (range.Gte is null || time >= range.Gte);

    private static Value? Find(MapField<string, Value> payload, string key) => PlainKey().IsMatch(key)
        ? payload.TryGetValue(key, out var value) ? value : null
        : throw PeerState.Fault(Grpc.Core.StatusCode.InvalidArgument, $"Invalid json path: '{key}'");

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z")]
    private static partial Regex PlainKey();
}
