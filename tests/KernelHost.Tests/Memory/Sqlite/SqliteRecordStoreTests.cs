using KernelHost.Memory.Conformance;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;

namespace KernelHost.Tests.Memory.Sqlite;

/// <summary>The embedded store does what every store does.</summary>
public sealed class SqliteRecordStoreTests : RecordStoreTests, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<RecordStore> CreateStoreAsync() => OpenAnotherAsync();

    protected override Task<RecordStore> OpenAnotherAsync() => Task.FromResult<RecordStore>(new SqliteRecordStore(Path.Combine(_directory.Path, "memory.db")));
}
