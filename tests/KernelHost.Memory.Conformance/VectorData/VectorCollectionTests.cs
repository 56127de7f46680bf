using KernelHost.Memory.Records;
using KernelHost.Memory.VectorData;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.Conformance.VectorData;

/// <summary>Collections come and go, tell what they are, fail as the abstraction says, and are found by dependency injection.</summary>
public abstract class VectorCollectionTests : VectorStoreTestBase
{
    /// <summary>A record.</summary>
    public sealed class Note
    {
        [VectorStoreKey]
        public Guid Id { get; set; }

        [VectorStoreData(IsFullTextIndexed = true)]
        public string? Text { get; set; }

        [VectorStoreVector(2)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }

    [Fact]
    public async Task Collections_AreMadeListedAndDeleted()
    {
        var collection = Store.GetCollection<Guid, Note>("notes");
        Assert.False(await collection.CollectionExistsAsync(Cancellation));
        Assert.False(await Store.CollectionExistsAsync("notes", Cancellation));
        await collection.EnsureCollectionDeletedAsync(Cancellation);
        await Store.EnsureCollectionDeletedAsync("notes", Cancellation);

        await collection.EnsureCollectionExistsAsync(Cancellation);
        await collection.EnsureCollectionExistsAsync(Cancellation);
        await Store.GetCollection<Guid, Note>("Größe '; --").EnsureCollectionExistsAsync(Cancellation);
        Assert.True(await collection.CollectionExistsAsync(Cancellation));
        Assert.True(await Store.CollectionExistsAsync("notes", Cancellation));
        Assert.Equal(["Größe '; --", "notes"], (await Store.ListCollectionNamesAsync(Cancellation).ToListAsync(Cancellation)).Order(StringComparer.Ordinal));

        await Store.EnsureCollectionDeletedAsync("notes", Cancellation);
        Assert.False(await collection.CollectionExistsAsync(Cancellation));
    }

    [Fact]
    public async Task Collections_ThatDoNotExist_FailWithTheirName()
    {
        var collection = Store.GetCollection<Guid, Note>("nowhere");
        var failure = await Assert.ThrowsAsync<VectorStoreException>(() => collection.UpsertAsync(new Note { Vector = new float[] { 1, 0 } }, Cancellation));

        Assert.Contains("nowhere", failure.Message, StringComparison.Ordinal);
        Assert.Equal(("nowhere", "Upsert", Records.Description), (failure.CollectionName, failure.OperationName, failure.VectorStoreName));
        Assert.IsType<MemoryException>(failure.InnerException);
        await Assert.ThrowsAsync<VectorStoreException>(() => collection.GetAsync(Guid.NewGuid(), cancellationToken: Cancellation));
        await Assert.ThrowsAsync<VectorStoreException>(() => ListAsync(collection, static note => true));
        await Assert.ThrowsAsync<VectorStoreException>(() => collection.DeleteAsync(Guid.NewGuid(), Cancellation));
        await Assert.ThrowsAsync<VectorStoreException>(async () => await collection.SearchAsync(new float[] { 1, 0 }, 1, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Collections_OfAnotherSchema_AreRefused()
    {
        await CreateAsync<Guid, Note>(null);
        var other = Store.GetDynamicCollection("records", new() { Properties = [new VectorStoreKeyProperty("Id", typeof(Guid)), new VectorStoreVectorProperty("Vector", typeof(float[]), 3)] });

        await Assert.ThrowsAsync<VectorStoreException>(() => other.EnsureCollectionExistsAsync(Cancellation));
    }

    [Fact]
    public void Definitions_ThatMakeNoSense_AreRefused()
    {
        Assert.Throws<NotSupportedException>(() => Store.GetDynamicCollection("a", new() { Properties = [new VectorStoreDataProperty("Text", typeof(string))] }));
        Assert.Throws<NotSupportedException>(() => Store.GetDynamicCollection("a", new() { Properties = [new VectorStoreKeyProperty("A", typeof(string)), new VectorStoreKeyProperty("B", typeof(string))] }));
        Assert.Throws<InvalidOperationException>(() => Store.GetDynamicCollection("a", new() { Properties = [new VectorStoreKeyProperty("A", typeof(string)), new VectorStoreDataProperty("B", typeof(string)) { StorageName = "A" }] }));
        Assert.Throws<ArgumentException>(() => Store.GetCollection<Guid, Note>(""));
        Assert.Throws<ArgumentNullException>(() => Store.GetDynamicCollection("a", null!));
    }

    [Fact]
    public void Services_AreTheStoreBelowAndWhatItIs()
    {
        var collection = Store.GetCollection<Guid, Note>("notes");
        var metadata = Assert.IsType<VectorStoreCollectionMetadata>(collection.GetService(typeof(VectorStoreCollectionMetadata)));

        Assert.Equal(("notes", Records.Description), (metadata.CollectionName, metadata.VectorStoreName));
        Assert.NotNull(metadata.VectorStoreSystemName);
        Assert.Same(collection, collection.GetService(collection.GetType()));
        Assert.Equal("notes", Assert.IsType<RecordCollection>(collection.GetService(typeof(RecordCollection)), exactMatch: false).Name);
        Assert.Null(collection.GetService(typeof(string)));
        Assert.Null(collection.GetService(typeof(RecordCollection), "key"));
        Assert.Equal(metadata.VectorStoreSystemName, Assert.IsType<VectorStoreMetadata>(Store.GetService(typeof(VectorStoreMetadata))).VectorStoreSystemName);
        Assert.Same(Records, Store.GetService(typeof(RecordStore)));
    }

    [Theory]
    [InlineData(null, ServiceLifetime.Singleton)]
    [InlineData("key", ServiceLifetime.Singleton)]
    [InlineData("key", ServiceLifetime.Scoped)]
    [InlineData(null, ServiceLifetime.Transient)]
    public async Task DependencyInjection_FindsStoreAndCollections(string? key, ServiceLifetime lifetime)
    {
        var services = new ServiceCollection().AddKeyedSingleton(key, Records)
            .AddKernelHostVectorStore(key, lifetime: lifetime)
            .AddKernelHostVectorCollection<Guid, Note>("notes", key, lifetime: lifetime);
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();

        var collection = scope.ServiceProvider.GetRequiredKeyedService<VectorStoreCollection<Guid, Note>>(key);
        await collection.EnsureCollectionExistsAsync(Cancellation);
        Assert.True(await scope.ServiceProvider.GetRequiredKeyedService<VectorStore>(key).CollectionExistsAsync("notes", Cancellation));
        Assert.NotNull(scope.ServiceProvider.GetRequiredKeyedService<RecordVectorStore>(key));
        Assert.NotNull(scope.ServiceProvider.GetRequiredKeyedService<IVectorSearchable<Note>>(key));
        Assert.Equal(lifetime != ServiceLifetime.Transient, ReferenceEquals(collection, scope.ServiceProvider.GetRequiredKeyedService<IKeywordHybridSearchable<Note>>(key)));
        Assert.Throws<ArgumentException>(() => services.AddKernelHostVectorCollection<Guid, Note>(""));
    }
}
