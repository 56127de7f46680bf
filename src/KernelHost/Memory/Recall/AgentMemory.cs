using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Memory.Recall;

/// <summary>
/// What agents were told to remember, in the store that documents are kept in. Everything is asked in the name of a <see cref="MemoryOwner"/>, which the
/// host makes from the run: there is no way to another owner's memories but through the operator's <see cref="ListAsync"/>.
/// </summary>
/// <param name="store">Where memories are kept. The caller keeps its ownership.</param>
/// <param name="embedding">Makes the vectors.</param>
/// <remarks>Safe for concurrent calls.</remarks>
public sealed class AgentMemory(RecordStore store, MemoryEmbedding embedding)
{
    /// <summary>The collection that memories are kept in. People cannot ingest into a name with a slash, and no plugin is called <c>host</c>.</summary>
    public const string CollectionName = "host/agent-memory";

    /// <summary>How long a memory may be, in characters.</summary>
    public const int MostCharacters = 4_000;

    /// <summary>How many memories one owner may have in one scope.</summary>
    public const int MostPerOwner = 1_000;

    // Not the name that collections of documents have it under: what has that is one.
    private const string ModelProperty = "embeddingModel";

    private readonly RecordCollection _collection = store.GetCollection(CollectionName);

    /// <summary>Saves a text.</summary>
    /// <param name="owner">Who remembers.</param>
    /// <param name="scope">Who shares it.</param>
    /// <param name="text">What to remember.</param>
    /// <param name="origin">The call that saves it. The same call saves the same memory again.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The memory.</returns>
    /// <exception cref="ArgumentException">The text is empty or too long, the owner has no such scope, or has too many memories; the message may be shown to a model.</exception>
    /// <exception cref="MemoryException">The store cannot be written.</exception>
    public async Task<MemoryItem> SaveAsync(MemoryOwner owner, MemoryScope scope, string text, MemoryOrigin origin, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(origin);
        if (string.IsNullOrWhiteSpace(text) || text.Length > MostCharacters)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A memory is a text of 1 to {MostCharacters} characters. Save the facts, not the conversation."));
        }

        var of = owner.Of(scope) ?? throw NoTenant(owner);
        var item = new MemoryItem(IdOf(origin), scope, of, text)
        {
            Tenant = owner.Tenant,
            Integrity = origin.Integrity,
            SavedBy = owner.Principal,
            Agent = owner.Agent,
            SessionId = owner.SessionId,
            RunId = origin.RunId,
            CallId = origin.CallId,
            SavedAt = origin.At,
        };
        var vector = (await Embedder.EmbedAsync(embedding, [text], store.Description, cancellationToken))[0];
        await PrepareAsync(vector.Length, cancellationToken);
        if (await _collection.CountAsync(RecordFilter.And(Visible(owner, [scope]), RecordFilter.Not(RecordFilter.Equal(RecordFilter.Key, item.Id))), cancellationToken) >= MostPerOwner)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"There are {MostPerOwner} memories of scope '{MemoryItemSchema.Name(scope)}' already. Forget some first."));
        }

        await _collection.UpsertAsync([MemoryItemSchema.ToRecord(item, vector)], cancellationToken);
        return item;
    }

    /// <summary>The memories that fit a query, best first.</summary>
    /// <param name="owner">Who remembers.</param>
    /// <param name="scopes">Where to look.</param>
    /// <param name="query">What to look for; without a word that carries meaning, the newest memories are returned.</param>
    /// <param name="top">How many at most.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="MemoryException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<MemoryItem>> RecallAsync(
        MemoryOwner owner, IReadOnlyCollection<MemoryScope> scopes, string query, int top = 5, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(scopes);
        ArgumentNullException.ThrowIfNull(query);
        if (await _collection.GetStateAsync(cancellationToken) is null)
        {
            return [];
        }

        var text = QueryLegs.Shorten(query);
        if (Bm25.WordsOf(text).Length == 0)
        {
            var newest = await _collection.ListAsync(
                new RecordListing { Filter = Visible(owner, scopes), OrderBy = MemoryItemSchema.SavedAt, Descending = true, Top = top }, cancellationToken);
            return [.. newest.Select(MemoryItemSchema.FromRecord)];
        }

        var options = new SearchOptions { Top = top };
        var legs = await QueryLegs.CreateAsync(text, MemoryItemSchema.Vector, options, embedding, store.Description, cancellationToken);
        await PrepareAsync(legs.Vectors[0].Vector.Length, cancellationToken);
        var (search, _) = await QueryLegs.AdaptAsync(legs with { Tenant = owner.Partition, Filter = Visible(owner, scopes) }, _collection, options, embedding, cancellationToken);
        var hits = await _collection.SearchAsync(search, cancellationToken);
        return [.. hits.Select(static hit => MemoryItemSchema.FromRecord(hit.Record) with { Score = hit.Score })];
    }

    /// <summary>Forgets one of the owner's memories: its text, words and vector are gone when it returns.</summary>
    /// <returns>What was forgotten; <see langword="null"/> when the owner has no such memory in these scopes.</returns>
    /// <exception cref="MemoryException">The store cannot be written.</exception>
    public async Task<MemoryItem?> ForgetAsync(MemoryOwner owner, IReadOnlyCollection<MemoryScope> scopes, string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(scopes);
        if (await _collection.GetStateAsync(cancellationToken) is null)
        {
            return null;
        }

        var found = await _collection.ListAsync(new RecordListing { Filter = RecordFilter.And(Visible(owner, scopes), RecordFilter.Equal(RecordFilter.Key, id)), Top = 1 }, cancellationToken);
        if (found.Count == 0)
        {
            return null;
        }

        await _collection.DeleteAsync([id], cancellationToken);
        return MemoryItemSchema.FromRecord(found[0]);
    }

    /// <summary>All memories that a query of the operator selects, newest first.</summary>
    /// <exception cref="MemoryException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<MemoryItem>> ListAsync(MemoryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (await _collection.GetStateAsync(cancellationToken) is null)
        {
            return [];
        }

        var records = await _collection.ListAsync(
            new RecordListing { Filter = query.ToFilter(), OrderBy = MemoryItemSchema.SavedAt, Descending = true, Top = query.Top }, cancellationToken);
        return [.. records.Select(MemoryItemSchema.FromRecord)];
    }

    /// <summary>How many memories there are, by scope.</summary>
    /// <exception cref="MemoryException">The store cannot be read.</exception>
    public async Task<IReadOnlyDictionary<MemoryScope, long>> CountAsync(CancellationToken cancellationToken = default)
    {
        var exists = await _collection.GetStateAsync(cancellationToken) is not null;
        var counts = new SortedDictionary<MemoryScope, long>();
        foreach (var scope in Enum.GetValues<MemoryScope>())
        {
            counts[scope] = exists ? await _collection.CountAsync(RecordFilter.Equal(MemoryItemSchema.Scope, MemoryItemSchema.Name(scope)), cancellationToken) : 0;
        }

        return counts;
    }

    /// <summary>Forgets memories in the operator's name.</summary>
    /// <exception cref="MemoryException">The store cannot be written.</exception>
    public async Task ForgetAsync(IReadOnlyCollection<MemoryItem> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count > 0)
        {
            await _collection.DeleteAsync([.. items.Select(static item => (object)item.Id)], cancellationToken);
        }
    }

    /// <summary>Whether memory still holds a text: as the text of a memory, or found by its words or its vector.</summary>
    /// <exception cref="MemoryException">The store cannot be read.</exception>
    public async Task<bool> HoldsAsync(string text, string? tenant, CancellationToken cancellationToken = default)
    {
        if (await _collection.GetStateAsync(cancellationToken) is null)
        {
            return false;
        }

        if (await _collection.CountAsync(RecordFilter.Equal(MemoryItemSchema.Text, text), cancellationToken) > 0)
        {
            return true;
        }

        var vector = (await Embedder.EmbedAsync(embedding, [text], store.Description, cancellationToken))[0];
        var hits = await _collection.SearchAsync(
            new RecordSearch { Tenant = tenant ?? MemoryOwner.NoTenant, Keywords = new KeywordLeg(text), Vectors = [new VectorLeg(MemoryItemSchema.Vector, vector)] }, cancellationToken);
        return hits.Any(hit => (string)hit.Record[MemoryItemSchema.Text]! == text);
    }

    private static RecordFilter Visible(MemoryOwner owner, IEnumerable<MemoryScope> scopes) => RecordFilter.And(
        RecordFilter.Equal(MemoryItemSchema.Tenant, owner.Partition),
        RecordFilter.Or([.. scopes.Select(scope => (Scope: scope, Owner: owner.Of(scope))).Where(static one => one.Owner is not null).Select(static one => RecordFilter.And(
            RecordFilter.Equal(MemoryItemSchema.Scope, MemoryItemSchema.Name(one.Scope)), RecordFilter.Equal(MemoryItemSchema.Owner, one.Owner)))]));

    private static ArgumentException NoTenant(MemoryOwner owner) => new($"The principal '{owner.Principal}' belongs to no tenant, so that nothing can be remembered for one. Use another scope.");

    private static string IdOf(MemoryOrigin origin)
    {
        const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{origin.RunId}/{origin.CallId}"));
        return "mem_" + string.Concat(hash.Take(12).Select(static value => Alphabet[value & 31]));
    }

    // Memories are few, so that another embedding model is no reason to stop: they are embedded anew, from their texts.
    private async Task PrepareAsync(int dimensions, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal) { [ModelProperty] = embedding.Id };
        while (true)
        {
            var state = await _collection.GetStateAsync(cancellationToken);
            if (state is null)
            {
                await _collection.EnsureExistsAsync(MemoryItemSchema.Create(dimensions), properties, cancellationToken);
            }
            else if (state.Properties.GetValueOrDefault(ModelProperty) == embedding.Id
                || await _collection.TryRebuildAsync(new RecordRebuild(state.Version, MemoryItemSchema.Create(dimensions), EmbeddedAnew(cancellationToken), properties), cancellationToken))
            {
                return;
            }
        }
    }

    private async IAsyncEnumerable<Record> EmbeddedAnew([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in _collection.ScrollAsync(RecordFilter.All, includeVectors: false, cancellationToken).Chunk(embedding.BatchSize).WithCancellation(cancellationToken))
        {
            var items = batch.Select(MemoryItemSchema.FromRecord).ToList();
            var vectors = await Embedder.EmbedAsync(embedding, [.. items.Select(static item => item.Text)], store.Description, cancellationToken);
            for (var i = 0; i < items.Count; i++)
            {
                yield return MemoryItemSchema.ToRecord(items[i], vectors[i]);
            }
        }
    }
}
