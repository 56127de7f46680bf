using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;
using KernelHost.Memory.VectorData;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the vector store, and collections of it, for code that asks for those of <c>Microsoft.Extensions.VectorData</c>.</summary>
public static class KernelHostVectorStoreExtensions
{
    /// <summary>Registers a <see cref="RecordVectorStore"/>, also as <see cref="VectorStore"/>, over the registered <see cref="RecordStore"/>.</summary>
    /// <param name="services">Where to register it.</param>
    /// <param name="serviceKey">The key to register it under, and to look for the <see cref="RecordStore"/> under; <see langword="null"/> for none.</param>
    /// <param name="options">How it works; without them it embeds with the registered <see cref="IEmbeddingGenerator"/>, if there is one.</param>
    /// <param name="lifetime">How long it lives.</param>
    public static IServiceCollection AddKernelHostVectorStore(
        this IServiceCollection services, object? serviceKey = null, RecordVectorStoreOptions? options = null, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.Add(new ServiceDescriptor(
            typeof(RecordVectorStore),
            serviceKey,
            (provider, key) => new RecordVectorStore(provider.GetRequiredKeyedService<RecordStore>(key), options ?? Options(provider)),
            lifetime));
        services.Add(new ServiceDescriptor(typeof(VectorStore), serviceKey, static (provider, key) => provider.GetRequiredKeyedService<RecordVectorStore>(key), lifetime));
        return services;
    }

    /// <summary>Registers a <see cref="SqliteRecordStore"/> of a file as <see cref="RecordStore"/>, and <see cref="AddKernelHostVectorStore">the vector store</see> over it.</summary>
    /// <param name="services">Where to register them.</param>
    /// <param name="path">The file.</param>
    /// <param name="serviceKey">The key to register them under; <see langword="null"/> for none.</param>
    /// <param name="fileOptions">How the file is treated.</param>
    /// <param name="options">How the vector store works; without them it embeds with the registered <see cref="IEmbeddingGenerator"/>, if there is one.</param>
    public static IServiceCollection AddSqliteVectorStore(
        this IServiceCollection services, string path, object? serviceKey = null, SqliteRecordStoreOptions? fileOptions = null, RecordVectorStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(path);
        services.Add(new ServiceDescriptor(typeof(RecordStore), serviceKey, (_, _) => new SqliteRecordStore(path, fileOptions), ServiceLifetime.Singleton));
        return services.AddKernelHostVectorStore(serviceKey, options);
    }

    /// <summary>
    /// Registers a <see cref="RecordVectorCollection{TKey, TRecord}"/> over the registered <see cref="RecordStore"/>, also as <see cref="VectorStoreCollection{TKey, TRecord}"/>,
    /// <see cref="IVectorSearchable{TRecord}"/> and <see cref="IKeywordHybridSearchable{TRecord}"/>.
    /// </summary>
    /// <typeparam name="TKey">The type of the key.</typeparam>
    /// <typeparam name="TRecord">The type of the records.</typeparam>
    /// <param name="services">Where to register it.</param>
    /// <param name="name">The name of the collection.</param>
    /// <param name="serviceKey">The key to register it under, and to look for the <see cref="RecordStore"/> under; <see langword="null"/> for none.</param>
    /// <param name="definition">What a record looks like; <see langword="null"/> to read it from the attributes of its type.</param>
    /// <param name="options">How it works; without them it embeds with the registered <see cref="IEmbeddingGenerator"/>, if there is one.</param>
    /// <param name="lifetime">How long it lives.</param>
    public static IServiceCollection AddKernelHostVectorCollection<TKey, TRecord>(
        this IServiceCollection services,
        string name,
        object? serviceKey = null,
        VectorStoreCollectionDefinition? definition = null,
        RecordVectorStoreOptions? options = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
        where TKey : notnull
        where TRecord : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.Add(new ServiceDescriptor(
            typeof(RecordVectorCollection<TKey, TRecord>),
            serviceKey,
            (provider, key) => new RecordVectorCollection<TKey, TRecord>(provider.GetRequiredKeyedService<RecordStore>(key), name, definition, options ?? Options(provider)),
            lifetime));
        foreach (var type in new[] { typeof(VectorStoreCollection<TKey, TRecord>), typeof(IVectorSearchable<TRecord>), typeof(IKeywordHybridSearchable<TRecord>) })
        {
            services.Add(new ServiceDescriptor(type, serviceKey, static (provider, key) => provider.GetRequiredKeyedService<RecordVectorCollection<TKey, TRecord>>(key), lifetime));
        }

        return services;
    }

    private static RecordVectorStoreOptions Options(IServiceProvider provider) => new() { EmbeddingGenerator = provider.GetService<IEmbeddingGenerator>() };
}
