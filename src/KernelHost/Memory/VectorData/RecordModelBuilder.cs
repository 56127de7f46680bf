using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace KernelHost.Memory.VectorData;

/// <summary>Reads what a record looks like from its type or its definition, and refuses what cannot be kept.</summary>
internal sealed class RecordModelBuilder() : CollectionModelBuilder(new CollectionModelBuildingOptions { RequiresAtLeastOneVector = false, SupportsMultipleVectors = true })
{
    /// <summary>The types of vectors that are kept as they are.</summary>
    public const string VectorTypes = "ReadOnlyMemory<float>, Embedding<float>, float[]";

    // A search is exact whatever was asked for, or as good as the server's index; kinds that neither has are not pretended to.
    private static readonly string[] IndexKinds = [IndexKind.Flat, IndexKind.Hnsw, IndexKind.Dynamic];

    protected override void ValidateKeyProperty(KeyPropertyModel keyProperty)
    {
        base.ValidateKeyProperty(keyProperty);
        if (KeyMapping.TypeOf(keyProperty.Type) is null)
        {
            throw new NotSupportedException($"The key '{keyProperty.ModelName}' has the unsupported type '{keyProperty.Type.Name}'. Keys are string, Guid, long, int or ulong.");
        }
    }

    protected override void ValidateProperty(PropertyModel propertyModel, VectorStoreCollectionDefinition? definition)
    {
        base.ValidateProperty(propertyModel, definition);
        switch (propertyModel)
        {
            case DataPropertyModel { IsFullTextIndexed: true } data when FieldMapping.TryCreate(data.Type)!.Element != typeof(string):
                throw new NotSupportedException(
                    $"The property '{data.ModelName}' of type '{data.Type.Name}' is marked for full-text search, which takes a string or a list of strings.");
            case VectorPropertyModel vector:
                _ = VectorScore.Of(vector.DistanceFunction, vector.ModelName);
                if (vector.IndexKind is { } kind && !IndexKinds.Contains(kind))
                {
                    throw new NotSupportedException(
                        $"The vector '{vector.ModelName}' asks for the index '{kind}', which is not supported. Use one of: {string.Join(", ", IndexKinds)}.");
                }

                break;
        }
    }

    protected override bool IsDataPropertyTypeValid(Type type, [NotNullWhen(false)] out string? supportedTypes)
    {
        supportedTypes = FieldMapping.SupportedTypes;
        return FieldMapping.TryCreate(type) is not null;
    }

    protected override bool IsVectorPropertyTypeValid(Type type, [NotNullWhen(false)] out string? supportedTypes)
    {
        supportedTypes = VectorTypes;
        return type == typeof(ReadOnlyMemory<float>) || type == typeof(ReadOnlyMemory<float>?) || type == typeof(float[]) || type == typeof(Embedding<float>);
    }
}
