using KernelHost.Memory.Conformance;
using KernelHost.Memory.Records;

namespace KernelHost.Qdrant.Tests.Conformance;

/// <summary>Documents are kept in Qdrant as in every store.</summary>
public sealed class QdrantDocumentMemoryTests : DocumentMemoryTests
{
    private QdrantOptions? _options;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await QdrantServer.CleanAsync(_options!);
    }

    protected override async Task<RecordStore> CreateStoreAsync()
    {
        _options = await QdrantServer.OptionsAsync();
        return await OpenAnotherAsync();
    }

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult<RecordStore>(new QdrantRecordStore(_options!));
}
