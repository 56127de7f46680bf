using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>Points: written, read, counted and searched.</summary>
internal sealed class PeerPoints(PeerState state) : Protocol.Points.PointsBase
{
    public override Task<PointsOperationResponse> Upsert(UpsertPoints request, ServerCallContext context) => Write(request.CollectionName, request.Wait, collection =>
    {
        if (state.Options.MostPointsPerUpsert is { } most && request.Points.Count > most)
        {
            throw PeerState.Fault(StatusCode.InvalidArgument, $"Bad request: Limit exceeded {request.Points.Count} > {most} for \"upsert limit\". Help: Reduce the \"upsert limit\" parameter to or below {most}.");
        }

        var condition = state.Has(1, 16) ? request.UpdateFilter : null;
        var mode = state.Has(1, 17) ? request.UpdateMode : UpdateMode.Upsert;
        // All of a request or nothing.
        foreach (var point in request.Points.Select(collection.Take).ToList())
        {
            var exists = collection.Points.TryGetValue(point.Id, out var present);
            if (exists ? mode != UpdateMode.InsertOnly && PeerFilter.Matches(condition, present!) : mode != UpdateMode.UpdateOnly)
            {
                collection.Points[point.Id] = point;
            }
        }
    });

    public override Task<PointsOperationResponse> Delete(DeletePoints request, ServerCallContext context) => Write(request.CollectionName, request.Wait, collection =>
    {
        foreach (var point in Select(collection, request.Points))
        {
            collection.Points.Remove(point.Id);
        }
    });

    public override Task<PointsOperationResponse> SetPayload(SetPayloadPoints request, ServerCallContext context) => Write(request.CollectionName, request.Wait, collection =>
    {
        foreach (var point in Select(collection, request.PointsSelector))
        {
            foreach (var (name, value) in request.Payload)
            {
                point.Payload[name] = value.Clone();
            }
        }
    });

    public override Task<PointsOperationResponse> DeletePayload(DeletePayloadPoints request, ServerCallContext context) => Write(request.CollectionName, request.Wait, collection =>
    {
        foreach (var point in Select(collection, request.PointsSelector))
        {
            foreach (var key in request.Keys)
            {
                point.Payload.Remove(key);
            }
        }
    });

    public override Task<PointsOperationResponse> CreateFieldIndex(CreateFieldIndexCollection request, ServerCallContext context) => Write(request.CollectionName, request.Wait, collection =>
    {
        collection.Indexes[request.FieldName] = request.FieldType;
        collection.IndexParameters[request.FieldName] = request.FieldIndexParams?.Clone();
    });

    public override Task<GetResponse> Get(GetPoints request, ServerCallContext context) => Read(request.CollectionName, collection =>
    {
        var response = new GetResponse();
        response.Result.AddRange(request.Ids.Distinct().Where(collection.Points.ContainsKey).Select(id => Show(collection.Points[id], request.WithPayload, request.WithVectors)));
        return response;
    });

    public override Task<ScrollResponse> Scroll(ScrollPoints request, ServerCallContext context) => Read(request.CollectionName, collection =>
    {
        CheckIndexes(request.Filter, collection, state);
        var order = new PointOrder();
        var limit = request.HasLimit ? (int)request.Limit : 10;
        var points = collection.Points.Values.Where(point => (request.Offset is null || order.Compare(point.Id, request.Offset) >= 0) && PeerFilter.Matches(request.Filter, point)).Take(limit + 1).ToList();
        var response = new ScrollResponse { NextPageOffset = points.Count > limit ? points[limit].Id : null };
        response.Result.AddRange(points.Take(limit).Select(point => Show(point, request.WithPayload, request.WithVectors)));
        return response;
    });

    public override Task<CountResponse> Count(CountPoints request, ServerCallContext context) => Read(request.CollectionName, collection =>
    {
        CheckIndexes(request.Filter, collection, state);
        return new CountResponse { Result = new CountResult { Count = (ulong)collection.Points.Values.Count(point => PeerFilter.Matches(request.Filter, point)) } };
    });

    public override Task<QueryResponse> Query(QueryPoints request, ServerCallContext context) => Read(request.CollectionName, collection =>
    {
        var response = new QueryResponse();
        response.Result.AddRange(Search(collection, request));
        return response;
    });

    public override Task<QueryBatchResponse> QueryBatch(QueryBatchPoints request, ServerCallContext context) => Read(request.CollectionName, collection =>
    {
        var response = new QueryBatchResponse();
        foreach (var query in request.QueryPoints)
        {
            var result = new BatchResult();
            result.Result.AddRange(Search(collection, query));
            response.Result.Add(result);
        }

        return response;
    });

    /// <summary>In strict mode, refuses a filter on a field without a fitting index.</summary>
    public static void CheckIndexes(Filter? filter, PeerCollection collection, PeerState state)
    {
        foreach (var (field, types) in state.Options.IsStrict ? PeerFilter.Needs(filter) : [])
        {
            if (!collection.Indexes.TryGetValue(field, out var type) || !types.Contains(type))
            {
                throw PeerState.Fault(StatusCode.InvalidArgument,
                    $"Bad request: Index required but not found for \"{field}\" of one of the following types: [{string.Join(", ", types)}]. Help: Create an index for this key or use a different filter.");
            }
        }
    }

    private IEnumerable<ScoredPoint> Search(PeerCollection collection, QueryPoints request) => new PeerSearch(collection, state).Run(request).Select(found =>
    {
        var shown = Show(found.Point, request.WithPayload, request.WithVectors);
        var scored = new ScoredPoint { Id = shown.Id, Score = found.Score, Vectors = shown.Vectors };
        scored.Payload.Add(shown.Payload);
        return scored;
    });

    private List<PeerPoint> Select(PeerCollection collection, PointsSelector selector)
    {
        if (selector.Points is { } points)
        {
            return [.. points.Ids.Distinct().Where(collection.Points.ContainsKey).Select(id => collection.Points[id])];
        }

        CheckIndexes(selector.Filter, collection, state);
        return [.. collection.Points.Values.Where(point => PeerFilter.Matches(selector.Filter, point))];
    }

    private RetrievedPoint Show(PeerPoint point, WithPayloadSelector? payload, WithVectorsSelector? vectors)
    {
        var shown = new RetrievedPoint { Id = point.Id };
        foreach (var (name, value) in point.Payload.Where(field => payload?.Enable == true || payload?.Include?.Fields.Contains(field.Key) == true))
        {
            shown.Payload[name] = value;
        }

        if (vectors?.Enable == true || vectors?.Include is not null)
        {
            shown.Vectors = new VectorsOutput { Vectors = new NamedVectorsOutput() };
            foreach (var (name, vector) in point.Dense.Where(one => vectors.Enable || vectors.Include.Names.Contains(one.Key)))
            {
                var bytes = UnsafeByteOperations.UnsafeWrap(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()).ToArray());
                // Since 1.17 the flat form stays empty.
                shown.Vectors.Vectors.Vectors[name] = state.Has(1, 17) ? new VectorOutput { Dense = new DenseVector { Data = bytes } } : new VectorOutput { Dense = new DenseVector { Data = bytes }, Data = bytes };
            }
        }

        return shown;
    }

    private Task<T> Read<T>(string name, Func<PeerCollection, T> read)
        where T : IMessage<T>
    {
        lock (state.Lock)
        {
            // A copy, because the answer is written after the lock is left.
            return Task.FromResult(read(state.Find(name)).Clone());
        }
    }

    private Task<PointsOperationResponse> Write(string name, bool wait, Action<PeerCollection> write)
    {
        lock (state.Lock)
        {
            write(state.Find(name));
        }

        return Task.FromResult(new PointsOperationResponse { Result = new UpdateResult { Status = wait ? UpdateStatus.Completed : UpdateStatus.Acknowledged } });
    }
}
