using KernelHost.Memory.Records;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Collections;

/// <summary>What a collection is created with.</summary>
internal static class CollectionSetup
{
    // The graph of each tenant, when the caller says nothing: the server's own size of a graph.
    private const ulong TenantGraphEdges = 16;

    public static CreateCollection Collection(string target, RecordSchema schema, QdrantLayout layout)
    {
        var request = new CreateCollection
        {
            CollectionName = target,
            HnswConfig = Graph(schema, layout),
            OnDiskPayload = layout.FieldsOnDisk,
            VectorsConfig = new VectorsConfig { ParamsMap = new VectorParamsMap() },
            SparseVectorsConfig = new SparseVectorConfig(),
            QuantizationConfig = Quantization(layout.Quantization),
        };
        if (layout.Shards is { } shards)
        {
            request.ShardNumber = (uint)shards;
        }

        if (layout.Replicas is { } replicas)
        {
            request.ReplicationFactor = (uint)replicas;
        }

        if (layout.WriteConsistency is { } copies)
        {
            request.WriteConsistencyFactor = (uint)copies;
        }

        foreach (var vector in schema.Vectors)
        {
            request.VectorsConfig.ParamsMap.Map.Add(SafeNames.Of(vector.Name), new VectorParams
            {
                Size = (ulong)vector.Dimensions,
                Distance = vector.Distance switch
                {
                    VectorDistance.Cosine => Distance.Cosine,
                    VectorDistance.DotProduct => Distance.Dot,
                    VectorDistance.Euclidean => Distance.Euclid,
                    _ => Distance.Manhattan,
                },
                OnDisk = layout.VectorsOnDisk,
            });
        }

        request.SparseVectorsConfig.Map.Add(SafeNames.Words, new SparseVectorParams { Modifier = Modifier.Idf, Index = new SparseIndexConfig { OnDisk = layout.WordsOnDisk } });
        return request;
    }

    /// <summary>The indexes of fields, each to be created by a request of its own; creating one twice does nothing.</summary>
    public static IEnumerable<CreateFieldIndexCollection> Indexes(string target, RecordSchema schema)
    {
        yield return Index(target, SafeNames.From, FieldType.Integer);
        yield return Index(target, SafeNames.Until, FieldType.Integer);
        yield return Index(target, SafeNames.Facts, FieldType.Keyword);
        yield return Index(target, SafeNames.Revision, FieldType.Keyword);
        if (schema.Key == RecordKeyType.WholeNumber)
        {
            yield return Index(target, SafeNames.Key, FieldType.Integer);
        }

        foreach (var field in schema.Fields.Where(static field => field.IsIndexed || field.IsTenant))
        {
            var index = Index(target, SafeNames.Of(field.Name), field.Type switch
            {
                RecordFieldType.Text => FieldType.Keyword,
                RecordFieldType.Boolean => FieldType.Bool,
                RecordFieldType.WholeNumber => FieldType.Integer,
                RecordFieldType.Number => FieldType.Float,
                _ => FieldType.Datetime,
            });
            if (field.IsTenant)
            {
                index.FieldIndexParams = new PayloadIndexParams { KeywordIndexParams = new KeywordIndexParams { IsTenant = true } };
            }

            yield return index;
            if (field.Type == RecordFieldType.WholeNumber)
            {
                var (high, low) = PayloadValues.Halves(SafeNames.Of(field.Name));
                yield return Index(target, high, FieldType.Integer);
                yield return Index(target, low, FieldType.Integer);
            }
        }
    }

    private static CreateFieldIndexCollection Index(string target, string field, FieldType type) => new() { CollectionName = target, FieldName = field, FieldType = type, Wait = true };

    // With tenants every search has one, so a graph over all would only cost memory and time to build: there is one per tenant instead.
    private static HnswConfigDiff Graph(RecordSchema schema, QdrantLayout layout)
    {
        var graph = new HnswConfigDiff { OnDisk = layout.GraphOnDisk };
        if (schema.TenantField is not null)
        {
            graph.M = 0;
            graph.PayloadM = layout.GraphEdges is { } each ? (ulong)each : TenantGraphEdges;
        }
        else if (layout.GraphEdges is { } edges)
        {
            graph.M = (ulong)edges;
        }

        if (layout.GraphBuildBreadth is { } breadth)
        {
            graph.EfConstruct = (ulong)breadth;
        }

        if (layout.FullScanKilobytes is { } kilobytes)
        {
            graph.FullScanThreshold = (ulong)kilobytes;
        }

        return graph;
    }

    private static QuantizationConfig? Quantization(QdrantQuantization quantization) => quantization switch
    {
        QdrantQuantization.Scalar => new QuantizationConfig { Scalar = new ScalarQuantization { Type = QuantizationType.Int8, AlwaysRam = true } },
        QdrantQuantization.Product => new QuantizationConfig { Product = new ProductQuantization { Compression = CompressionRatio.X16, AlwaysRam = true } },
        QdrantQuantization.Binary => new QuantizationConfig { Binary = new BinaryQuantization { AlwaysRam = true } },
        _ => null,
    };
}
