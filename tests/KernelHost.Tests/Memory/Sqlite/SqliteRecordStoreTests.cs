using KernelHost.Memory.Conformance;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;

namespace KernelHost.Tests.Memory.Sqlite;

/// <summary>A directory with the file of an embedded store.</summary>
internal sealed class SqliteDirectory : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public string File => Path.Combine(_directory.Path, "memory.db");

    public RecordStore Open() => new SqliteRecordStore(File);

    public void Dispose() => _directory.Dispose();
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordStoreTests : RecordStoreTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordChangeTests : RecordChangeTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordFieldTests : RecordFieldTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordFilterTests : RecordFilterTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordListingTests : RecordListingTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordRebuildTests : RecordRebuildTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordSearchTests : RecordSearchTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordTenantTests : RecordTenantTests, IDisposable
{
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => Task.FromResult(_directory.Open());

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult(_directory.Open());
}
