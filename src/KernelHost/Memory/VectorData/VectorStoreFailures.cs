using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.VectorData;

/// <summary>Makes of a failure of the store the exception that callers of the abstraction catch, with our message.</summary>
internal sealed class VectorStoreFailures(VectorStoreMetadata metadata, string? collection)
{
    public async Task<T> RunAsync<T>(string operation, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (MemoryException exception)
        {
            throw new VectorStoreException(exception.Message, exception)
            {
                VectorStoreSystemName = metadata.VectorStoreSystemName,
                VectorStoreName = metadata.VectorStoreName,
                CollectionName = collection,
                OperationName = operation,
            };
        }
    }

    public Task RunAsync(string operation, Func<Task> call) => RunAsync(operation, async () =>
    {
        await call();
        return true;
    });
}
