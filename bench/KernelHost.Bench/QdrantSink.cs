using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Grpc.Core;
using KernelHost.Qdrant.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KernelHost.Bench;

/// <summary>A server that takes points over gRPC and over REST and throws them away; a process of its own, so that its work is not counted.</summary>
internal static class QdrantSink
{
    /// <summary>Prints the ports for gRPC and REST, and serves until its input ends.</summary>
    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton<Held>();
        builder.Services.AddGrpc(static grpc => grpc.MaxReceiveMessageSize = null);
        await using var application = builder.Build();
        application.MapGrpcService<Server>();
        application.MapGrpcService<AllCollections>();
        application.MapGrpcService<AllPoints>();
        application.MapPut("/collections/{name}/points", static async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return Results.Json(new { status = "ok" });
        });
        await application.StartAsync();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        await Console.Out.WriteLineAsync(string.Join(' ', addresses.Select(static address => new Uri(address).Port.ToString(CultureInfo.InvariantCulture))));
        await Console.In.ReadToEndAsync();
    }

    /// <summary>The only points that are kept: the heads of collections, which the store reads again. An alias is the name before the mark.</summary>
    private sealed class Held
    {
        private readonly ConcurrentDictionary<string, PointStruct> _heads = new(StringComparer.Ordinal);

        public void Keep(string collection, PointStruct head) => _heads[Name(collection)] = head;

        public PointStruct? Find(string collection) => _heads.GetValueOrDefault(Name(collection));

        private static string Name(string collection) => collection.Split('~')[0];
    }

    private sealed class Server : KernelHost.Qdrant.Protocol.Qdrant.QdrantBase
    {
        public override Task<HealthCheckReply> HealthCheck(HealthCheckRequest request, ServerCallContext context) =>
            Task.FromResult(new HealthCheckReply { Title = "sink", Version = "1.19.0" });
    }

    private sealed class AllCollections : Collections.CollectionsBase
    {
        public override Task<CollectionOperationResponse> Create(CreateCollection request, ServerCallContext context) => Task.FromResult(new CollectionOperationResponse { Result = true });

        public override Task<CollectionOperationResponse> UpdateAliases(ChangeAliases request, ServerCallContext context) => Task.FromResult(new CollectionOperationResponse { Result = true });
    }

    private sealed class AllPoints(Held held) : Points.PointsBase
    {
        private static readonly PointsOperationResponse Done = new() { Result = new UpdateResult { Status = UpdateStatus.Completed } };

        public override Task<PointsOperationResponse> CreateFieldIndex(CreateFieldIndexCollection request, ServerCallContext context) => Task.FromResult(Done);

        public override Task<PointsOperationResponse> Upsert(UpsertPoints request, ServerCallContext context)
        {
            if (request.Points is [var only] && only.Payload.ContainsKey("_rev"))
            {
                held.Keep(request.CollectionName, only);
            }

            return Task.FromResult(Done);
        }

        public override Task<GetResponse> Get(GetPoints request, ServerCallContext context)
        {
            var response = new GetResponse();
            if (held.Find(request.CollectionName) is { } head)
            {
                response.Result.Add(new RetrievedPoint { Id = head.Id, Payload = { head.Payload } });
            }

            return Task.FromResult(response);
        }
    }
}
