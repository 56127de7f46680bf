using System.Buffers;
using Grpc.Core;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>Collections and aliases.</summary>
internal sealed class PeerCollections(PeerState state) : Protocol.Collections.CollectionsBase
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"/\\|?*\0\u001F");

    public override Task<CollectionOperationResponse> Create(CreateCollection request, ServerCallContext context) => Run(() =>
    {
        if (request.CollectionName.Length is 0 or > 255 || request.CollectionName.AsSpan().IndexOfAny(Forbidden) >= 0)
        {
            throw PeerState.Fault(StatusCode.InvalidArgument, $"Validation error in path: collection name cannot be '{request.CollectionName}'");
        }

        if (state.Collections.ContainsKey(request.CollectionName) || state.Aliases.ContainsKey(request.CollectionName))
        {
            throw PeerState.Fault(StatusCode.AlreadyExists, $"Wrong input: Collection `{request.CollectionName}` already exists!");
        }

        state.Collections[request.CollectionName] = new PeerCollection(request.Clone());
        return new CollectionOperationResponse { Result = true };
    });

    public override Task<CollectionOperationResponse> Delete(DeleteCollection request, ServerCallContext context) => Run(() =>
    {
        var deleted = state.Collections.Remove(request.CollectionName);
        foreach (var alias in state.Aliases.Where(alias => deleted && alias.Value == request.CollectionName).Select(static alias => alias.Key).ToArray())
        {
            state.Aliases.Remove(alias);
        }

        return new CollectionOperationResponse { Result = deleted };
    });

    public override Task<CollectionExistsResponse> CollectionExists(CollectionExistsRequest request, ServerCallContext context) =>
        Run(() => new CollectionExistsResponse { Result = new CollectionExists { Exists = state.Collections.ContainsKey(request.CollectionName) } });

    public override Task<CollectionOperationResponse> UpdateAliases(ChangeAliases request, ServerCallContext context) => Run(() =>
    {
        // All or none.
        var aliases = new Dictionary<string, string>(state.Aliases, StringComparer.Ordinal);
        foreach (var action in request.Actions)
        {
            if (action.DeleteAlias is { } deleted)
            {
                aliases.Remove(deleted.AliasName);
            }
            else if (!state.Collections.ContainsKey(action.CreateAlias.CollectionName))
            {
                throw PeerState.Fault(StatusCode.NotFound, $"Not found: Collection `{action.CreateAlias.CollectionName}` doesn't exist!");
            }
            else if (state.Collections.ContainsKey(action.CreateAlias.AliasName))
            {
                throw PeerState.Wrong($"Collection `{action.CreateAlias.AliasName}` already exists!");
            }
            else
            {
                aliases[action.CreateAlias.AliasName] = action.CreateAlias.CollectionName;
            }
        }

        state.Aliases.Clear();
        foreach (var (alias, target) in aliases)
        {
            state.Aliases[alias] = target;
        }

        return new CollectionOperationResponse { Result = true };
    });

    public override Task<ListAliasesResponse> ListAliases(ListAliasesRequest request, ServerCallContext context) => Run(() =>
    {
        var response = new ListAliasesResponse();
        response.Aliases.AddRange(state.Aliases.Select(static alias => new AliasDescription { AliasName = alias.Key, CollectionName = alias.Value }));
        return response;
    });

    public override Task<ListCollectionsResponse> List(ListCollectionsRequest request, ServerCallContext context) => Run(() =>
    {
        var response = new ListCollectionsResponse();
        response.Collections.AddRange(state.Collections.Keys.Select(static name => new CollectionDescription { Name = name }));
        return response;
    });

    private Task<T> Run<T>(Func<T> work)
    {
        lock (state.Lock)
        {
            return Task.FromResult(work());
        }
    }
}
