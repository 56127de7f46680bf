using KernelHost.Memory.Conformance.VectorData;
using KernelHost.Memory.Records;
using KernelHost.Tests.Memory.Sqlite;

namespace KernelHost.Tests.Memory.VectorData;

/// <summary>The provider does what the abstraction asks for, over one SQLite file.</summary>
public sealed class SqliteVectorFilterTests : VectorFilterTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The provider does what the abstraction asks for, over one SQLite file.</summary>
public sealed class SqliteVectorTypeTests : VectorTypeTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The provider does what the abstraction asks for, over one SQLite file.</summary>
public sealed class SqliteVectorModelTests : VectorModelTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The provider does what the abstraction asks for, over one SQLite file.</summary>
public sealed class SqliteVectorScoreTests : VectorScoreTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The provider does what the abstraction asks for, over one SQLite file.</summary>
public sealed class SqliteVectorHybridTests : VectorHybridTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The provider does what the abstraction asks for, over one SQLite file.</summary>
public sealed class SqliteVectorEmbeddingTests : VectorEmbeddingTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The provider does what the abstraction asks for, over one SQLite file.</summary>
public sealed class SqliteVectorCollectionTests : VectorCollectionTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());
}
