using KernelHost.Memory.Conformance;
using KernelHost.Memory.Conformance.VectorData;
using KernelHost.Memory.Records;

namespace KernelHost.Tests.Memory.VectorData;

/// <summary>The provider does what the abstraction asks for, over the simplest store.</summary>
public static class ReferenceVectorStoreTests
{
    public sealed class Filters : VectorFilterTests
    {
        protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult<RecordStore>(new ReferenceRecordStore());
    }

    public sealed class Types : VectorTypeTests
    {
        protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult<RecordStore>(new ReferenceRecordStore());
    }

    public sealed class Models : VectorModelTests
    {
        protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult<RecordStore>(new ReferenceRecordStore());
    }

    public sealed class Scores : VectorScoreTests
    {
        protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult<RecordStore>(new ReferenceRecordStore());
    }

    public sealed class Hybrids : VectorHybridTests
    {
        protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult<RecordStore>(new ReferenceRecordStore());
    }

    public sealed class Embeddings : VectorEmbeddingTests
    {
        protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult<RecordStore>(new ReferenceRecordStore());
    }

    public sealed class Collections : VectorCollectionTests
    {
        protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult<RecordStore>(new ReferenceRecordStore());
    }
}
