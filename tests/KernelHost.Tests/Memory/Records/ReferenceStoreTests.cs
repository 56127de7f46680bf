using KernelHost.Memory.Conformance;
using KernelHost.Memory.Records;

namespace KernelHost.Tests.Memory.Records;

/// <summary>The store that others are compared with passes the same tests.</summary>
public sealed class ReferenceStoreTests : RecordStoreTests
{
    private readonly ReferenceRecordStore.Database _database = new();

    protected override Task<RecordStore> CreateStoreAsync() => OpenAnotherAsync();

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult<RecordStore>(new ReferenceRecordStore(_database));
}
