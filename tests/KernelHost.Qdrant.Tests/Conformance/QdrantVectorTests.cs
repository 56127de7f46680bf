using KernelHost.Memory.Conformance.VectorData;
using KernelHost.Memory.Records;

namespace KernelHost.Qdrant.Tests.Conformance;

/// <summary>The provider does what the abstraction asks for, over Qdrant.</summary>
public sealed class QdrantVectorFilterTests : VectorFilterTests
{
    private QdrantOptions? _options;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await QdrantServer.CleanAsync(_options!);
    }

    protected override async Task<RecordStore> CreateStoreAsync() => new QdrantRecordStore(_options = await QdrantServer.OptionsAsync());
}

/// <summary>The provider does what the abstraction asks for, over Qdrant.</summary>
public sealed class QdrantVectorTypeTests : VectorTypeTests
{
    private QdrantOptions? _options;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await QdrantServer.CleanAsync(_options!);
    }

    protected override async Task<RecordStore> CreateStoreAsync() => new QdrantRecordStore(_options = await QdrantServer.OptionsAsync());
}

/// <summary>The provider does what the abstraction asks for, over Qdrant.</summary>
public sealed class QdrantVectorModelTests : VectorModelTests
{
    private QdrantOptions? _options;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await QdrantServer.CleanAsync(_options!);
    }

    protected override async Task<RecordStore> CreateStoreAsync() => new QdrantRecordStore(_options = await QdrantServer.OptionsAsync());
}

/// <summary>The provider does what the abstraction asks for, over Qdrant.</summary>
public sealed class QdrantVectorScoreTests : VectorScoreTests
{
    private QdrantOptions? _options;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await QdrantServer.CleanAsync(_options!);
    }

    protected override async Task<RecordStore> CreateStoreAsync() => new QdrantRecordStore(_options = await QdrantServer.OptionsAsync());
}

/// <summary>The provider does what the abstraction asks for, over Qdrant.</summary>
public sealed class QdrantVectorHybridTests : VectorHybridTests
{
    private QdrantOptions? _options;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await QdrantServer.CleanAsync(_options!);
    }

    protected override async Task<RecordStore> CreateStoreAsync() => new QdrantRecordStore(_options = await QdrantServer.OptionsAsync());
}

/// <summary>The provider does what the abstraction asks for, over Qdrant.</summary>
public sealed class QdrantVectorEmbeddingTests : VectorEmbeddingTests
{
    private QdrantOptions? _options;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await QdrantServer.CleanAsync(_options!);
    }

    protected override async Task<RecordStore> CreateStoreAsync() => new QdrantRecordStore(_options = await QdrantServer.OptionsAsync());
}

/// <summary>The provider does what the abstraction asks for, over Qdrant.</summary>
public sealed class QdrantVectorCollectionTests : VectorCollectionTests
{
    private QdrantOptions? _options;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await QdrantServer.CleanAsync(_options!);
    }

    protected override async Task<RecordStore> CreateStoreAsync() => new QdrantRecordStore(_options = await QdrantServer.OptionsAsync());
}
