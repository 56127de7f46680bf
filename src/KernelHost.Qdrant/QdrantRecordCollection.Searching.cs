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
    // Among more records of one score than this, which come is left to the server.
    private const int MostTies = 10_000;

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
            return requests.Legs.Count == 0 || search.Top == 0 ? [] : await SearchAsync(head, search, requests, cancellationToken);
        }, cancellationToken);
    }

    public override async Task<int> CountHeldWordsAsync(RecordSearch search, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(search);
        using var use = await BeginAsync(cancellationToken);
        var version = await connection.GetVersionAsync(cancellationToken);
        return await ReadAsync(async head =>
        {
            RecordChecks.Check(search, head.Schema, name, connection.Description);
            var batch = new SearchRequests(head, search, Options, version, Consistency()).HoldersOfEachWord();
            if (batch.QueryPoints.Count == 0)
            {
                return 0;
            }

            var response = await connection.SendAsync($"look for the words of a search of '{name}'", call => connection.Points.QueryBatchAsync(batch, call), cancellationToken);
            return response.Result.Count(static one => one.Result.Count > 0);
        }, cancellationToken);
    }

    private async Task<IReadOnlyList<RecordHit>> SearchAsync(CollectionHead head, RecordSearch search, SearchRequests requests, CancellationToken cancellationToken)
    {
        var reader = new PointReader(head.Schema);
        Ranking?[] legs = [.. Enumerable.Repeat<Ranking?>(null, search.Vectors.Count + 1)];
        Ranking ranking;
        var isWhole = false;
        if (requests.IsFused && search.Explain)
        {
            // Fused here, by the same formula: so that ranks, scores and order come from one answer.
            var batch = requests.Alone();
            var response = await connection.SendAsync($"explain a search of '{name}'", call => connection.Points.QueryBatchAsync(batch, call), cancellationToken);
            var alone = requests.Legs.Zip(response.Result, (leg, result) => (Leg: leg, Ranking: Ranking.Of(result.Result, reader))).ToArray();
            foreach (var (leg, places) in alone)
            {
                legs[(1 + leg.Vector) ?? 0] = places;
            }

            ranking = Ranking.Fuse([.. alone.Select(static leg => (leg.Ranking, leg.Leg.Weight))], search.K);
        }
        else
        {
            isWhole = search.Skip == 0;
            ranking = await RankAsync(requests.Query(), (long)search.Skip + search.Top, reader, isWhole ? VectorsOf(head.Schema, search.IncludeVectors) : null, cancellationToken);
            if (search.Explain)
            {
                legs[(1 + requests.Legs[0].Vector) ?? 0] = ranking;
            }
        }

        var page = ranking.Places.Skip(search.Skip).Take(search.Top).ToArray();
        var records = isWhole
            ? ByKey(page.Select(place => reader.Read(place.Point.Payload, place.Point.Vectors)))
            : ByKey(await GetPointsAsync(head, page.Select(static place => place.Point.Id), search.IncludeVectors, cancellationToken));
        var explained = legs.Select(static leg => leg?.ByKey()).ToArray();
        return [.. page.Where(place => records.ContainsKey(place.Key)).Select(place => new RecordHit(records[place.Key], place.Score)
        {
            Keywords = explained[0]?.GetValueOrDefault(place.Key),
            Vectors = search.Explain ? [.. explained[1..].Select(leg => leg?.GetValueOrDefault(place.Key))] : [],
        })];
    }

    /// <summary>The first of an answer. When others score as much as the last of them, more are asked for, so that the key decides and not chance.</summary>
    private async Task<Ranking> RankAsync(QueryPoints query, long count, PointReader reader, WithVectorsSelector? whole, CancellationToken cancellationToken)
    {
        query.WithPayload = whole is null ? SearchRequests.KeyOnly() : new WithPayloadSelector { Enable = true };
        query.WithVectors = whole ?? new WithVectorsSelector { Enable = false };
        for (var limit = count + 1; ; limit += (limit - count) * 16)
        {
            query.Limit = (ulong)limit;
            var response = await connection.SendAsync($"search '{name}'", call => connection.Points.QueryAsync(query, call), cancellationToken);
            var found = response.Result;
            if (found.Count < limit || found[(int)count - 1].Score != found[^1].Score || limit - count > MostTies)
            {
                return Ranking.Of(found, reader);
            }
        }
    }
}
