using KernelHost.Memory;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Collections;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;
using KernelHost.Qdrant.Search;

namespace KernelHost.Qdrant;

/// <content>Searches.</content>
internal sealed partial class QdrantRecordCollection
{
    public override async Task<IReadOnlyList<RecordHit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(search);
        using var use = await BeginAsync(cancellationToken);
        var version = await connection.GetVersionAsync(cancellationToken);
        return await ReadAsync(async head =>
        {
            RecordChecks.Check(search, head.Schema, name, connection.Description);
            if (search.Tenant is not null && search.Keywords is not null && !version.CountsWordsOfTenant && !Options.AllowSharedWordStatistics)
            {
                throw new MemoryException(
                    $"{connection.Description} has version {version}, which counts the words of all tenants together: scores would tell one of the words of others. " +
                    "Update it to 1.19, search by vectors alone, or set AllowSharedWordStatistics.", connection.Description);
            }

            var requests = new SearchRequests(head, search, Options, version, Consistency());
            return requests.IsEmpty ? [] : await SearchAsync(head, search, requests, cancellationToken);
        }, cancellationToken);
    }

    private async Task<IReadOnlyList<RecordHit>> SearchAsync(CollectionHead head, RecordSearch search, SearchRequests requests, CancellationToken cancellationToken)
    {
        var query = requests.Query(VectorsOf(head.Schema, search.IncludeVectors));
        var response = await connection.SendAsync($"search '{name}'", call => connection.Points.QueryAsync(query, call), cancellationToken);
        var reader = new PointReader(head.Schema);
        var hits = response.Result.Select(point => new RecordHit(reader.Read(point.Payload, point.Vectors), point.Score)).ToList();
        SortTies(hits, static hit => hit.Score, static hit => hit.Record.Key);
        return search.Explain ? await ExplainAsync(hits, search, requests, reader, cancellationToken) : hits;
    }

    private async Task<IReadOnlyList<RecordHit>> ExplainAsync(List<RecordHit> hits, RecordSearch search, SearchRequests requests, PointReader reader, CancellationToken cancellationToken)
    {
        var batch = requests.Explain();
        var response = await connection.SendAsync($"explain a search of '{name}'", call => connection.Points.QueryBatchAsync(batch, call), cancellationToken);
        Dictionary<object, LegPlace> keywords = [];
        var vectors = search.Vectors.Select(static _ => new Dictionary<object, LegPlace>()).ToArray();
        for (var i = 0; i < requests.Legs.Count; i++)
        {
            var places = requests.Legs[i] is { } vector ? vectors[vector] : keywords;
            var ranked = response.Result[i].Result.Select(point => (Key: reader.KeyOf(point.Payload), point.Score)).ToList();
            SortTies(ranked, static place => place.Score, static place => place.Key);
            for (var rank = 0; rank < ranked.Count; rank++)
            {
                places[ranked[rank].Key] = new LegPlace(rank + 1, ranked[rank].Score);
            }
        }

        return [.. hits.Select(hit => hit with { Keywords = keywords.GetValueOrDefault(hit.Record.Key), Vectors = [.. vectors.Select(places => places.GetValueOrDefault(hit.Record.Key))] })];
    }

    // The server has them by score, equal ones by chance.
    private static void SortTies<T>(List<T> ranked, Func<T, double> score, Func<T, object> key)
    {
        for (var start = 0; start < ranked.Count;)
        {
            var end = start + 1;
            while (end < ranked.Count && score(ranked[end]) == score(ranked[start]))
            {
                end++;
            }

            ranked.Sort(start, end - start, Comparer<T>.Create((left, right) => PointKeys.Compare(key(left), key(right))));
            start = end;
        }
    }
}
