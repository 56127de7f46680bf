using KernelHost.Memory;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Client;

/// <summary>Looks whether a write has been carried out, which a positive answer alone does not say.</summary>
internal static class WriteResults
{
    public static void Check(PointsOperationResponse response, string what, QdrantConnection connection)
    {
        if (response.Result?.Status is not UpdateStatus.Completed)
        {
            throw new MemoryException(
                $"{connection.Description} took {what} but has not written it yet ({response.Result?.Status}). It is overloaded, or out of step with its replicas: write again later, or look at its log.",
                connection.Description);
        }
    }
}
