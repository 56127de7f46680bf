using KernelHost.Memory.Records;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace KernelHost.Memory.VectorData;

/// <summary>The model of a collection beside the schema that it is kept under.</summary>
internal sealed class RecordModel
{
    private readonly Dictionary<PropertyModel, FieldMapping> _fields;

    public RecordModel(CollectionModel model)
    {
        Model = model;
        _fields = model.DataProperties.ToDictionary(static property => (PropertyModel)property, static property => FieldMapping.TryCreate(property.Type)!);
        var areSearchedApart = model.DataProperties.Count(static property => property.IsFullTextIndexed) > 1;
        Schema = new RecordSchema
        {
            Key = KeyMapping.TypeOf(model.KeyProperty.Type)!.Value,
            Fields =
            [
                .. model.DataProperties.Select(property => new RecordField(property.StorageName, FieldOf(property).FieldType)
                {
                    IsList = FieldOf(property).IsList,
                    IsIndexed = property.IsIndexed,
                    SearchWeight = property.IsFullTextIndexed ? 1 : 0,
                    SearchGroup = property.IsFullTextIndexed && areSearchedApart ? property.StorageName : "",
                }),
            ],
            Vectors =
            [
                .. model.VectorProperties.Select(static property => new RecordVector(property.StorageName, property.Dimensions)
                {
                    Distance = VectorScore.Of(property.DistanceFunction, property.ModelName).Distance,
                }),
            ],
        };
        RecordSchemas.Check(Schema);
        Models = model.VectorProperties
            .Select(static property => (property.StorageName, Id: (property.EmbeddingGenerator?.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata)?.DefaultModelId))
            .Where(static pair => pair.Id is not null)
            .ToDictionary(static pair => $"model:{pair.StorageName}", static pair => pair.Id!, StringComparer.Ordinal);
    }

    public CollectionModel Model { get; }

    public RecordSchema Schema { get; }

    /// <summary>The ids of the embedding models, as the collection keeps them: of each vector whose generator tells its own.</summary>
    public IReadOnlyDictionary<string, string> Models { get; }

    /// <summary>How a property's values are kept.</summary>
    public FieldMapping FieldOf(PropertyModel property) => _fields[property];
}
