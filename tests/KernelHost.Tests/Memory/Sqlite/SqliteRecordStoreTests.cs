using KernelHost.Memory.Conformance;
using KernelHost.Memory.Records;

namespace KernelHost.Tests.Memory.Sqlite;

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordStoreTests : RecordStoreTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordChangeTests : RecordChangeTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordFieldTests : RecordFieldTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordFilterTests : RecordFilterTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordListingTests : RecordListingTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordRebuildTests : RecordRebuildTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordSearchTests : RecordSearchTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordTenantTests : RecordTenantTests
{
    private readonly SqliteDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>What agents are told in the embedded store.</summary>
public sealed class SqliteAgentMemoryTests : AgentMemoryTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>Documents in the embedded store.</summary>
public sealed class SqliteDocumentMemoryTests : DocumentMemoryTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>Who sees documents in the embedded store.</summary>
public sealed class SqliteDocumentScopeTests : DocumentScopeTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}
