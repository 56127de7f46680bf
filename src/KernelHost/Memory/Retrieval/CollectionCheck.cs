using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;
using KernelHost.Text;

namespace KernelHost.Memory.Retrieval;

/// <summary>Refuses a collection that cannot be searched for this caller.</summary>
internal static class CollectionCheck
{
    /// <param name="state">Its state; <see langword="null"/> when it does not exist.</param>
    /// <param name="collection">Its name.</param>
    /// <param name="known">The names of those that exist, for a hint.</param>
    /// <param name="embedding">The model that is configured.</param>
    /// <param name="scope">Whose eyes a search looks through.</param>
    /// <param name="store">Where it is.</param>
    /// <exception cref="MemoryException">It cannot.</exception>
    public static CollectionState Require(CollectionState? state, string collection, IReadOnlyList<string> known, MemoryEmbedding embedding, RetrievalScope scope, RecordStore store)
    {
        if (state is null)
        {
            throw Refusal($"There is no collection '{collection}' in {store.Description}.{NearestName.Hint(collection, known)} Ingest documents into it first.", store);
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
