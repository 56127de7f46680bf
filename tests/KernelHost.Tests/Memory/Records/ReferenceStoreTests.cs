using KernelHost.Memory.Conformance;
using KernelHost.Memory.Records;

namespace KernelHost.Tests.Memory.Records;

/// <summary>The store that others are compared with passes the same tests.</summary>
public static class ReferenceStoreTests
{
    public sealed class Collections : RecordStoreTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class Fields : RecordFieldTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class Listings : RecordListingTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class Filters : RecordFilterTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class Searches : RecordSearchTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class Tenants : RecordTenantTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class Changes : RecordChangeTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class Rebuilds : RecordRebuildTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class AgentMemories : AgentMemoryTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class Documents : DocumentMemoryTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    public sealed class DocumentScopes : DocumentScopeTests
    {
        private readonly ReferenceRecordStore.Database _database = new();

        protected override Task<RecordStore> CreateStoreAsync() => Open(_database);

        protected override Task<RecordStore> OpenAnotherAsync() => Open(_database);
    }

    private static Task<RecordStore> Open(ReferenceRecordStore.Database database) => Task.FromResult<RecordStore>(new ReferenceRecordStore(database));
}
