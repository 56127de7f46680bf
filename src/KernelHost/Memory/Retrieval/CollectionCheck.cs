using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Retrieval;

/// <summary>Refuses a collection that cannot be searched for this caller.</summary>
internal static class CollectionCheck
{
    /// <exception cref="MemoryException">It cannot.</exception>
    public static CollectionState Require(CollectionState? state, string collection, MemoryEmbedding embedding, RetrievalScope scope, RecordStore store)
    {
        if (state is null)
        {
            throw Refusal($"There is no collection '{collection}' in {store.Description}. Ingest documents into it first.", store);
        }

        if (!state.Schema.Fields.Any(static field => field.Name == DocumentSchema.Kind))
        {
            throw Refusal($"The collection '{collection}' holds no documents. Search it through its own vector store collection.", store);
        }

        // A store would refuse such a search too; said here, it is said the same by all of them, and before the query is paid for.
        if (state.Schema.TenantField is not null && scope.Tenant is null)
        {
            throw Refusal($"Several tenants share the collection '{collection}', and this search is made for none of them. Give the principal a tenant: KernelHost:Principals.", store);
        }

        if (state.Properties.TryGetValue(DocumentSchema.ModelProperty, out var model) && model != embedding.Id)
        {
            throw Refusal(
                $"The collection '{collection}' holds vectors of the model '{model}', but '{embedding.Id}' is configured. Vectors of two models cannot be compared: configure '{model}', or embed the collection anew.",
                store);
        }

        return state;
    }

    private static MemoryException Refusal(string message, RecordStore store) => new(message, store.Description);
}
