using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>
/// A server that speaks the protocol over real HTTP/2 and does what Qdrant does: keeps points, evaluates filters, searches exactly, counts words, fuses. What it does not
/// have is a graph, a disk and replicas.
/// </summary>
internal sealed class QdrantPeer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private QdrantPeer(WebApplication application, PeerFaults faults, PeerState state)
    {
        _application = application;
        Faults = faults;
        State = state;
    }

    /// <summary>What goes wrong.</summary>
    public PeerFaults Faults { get; }

    /// <summary>What it holds.</summary>
    public PeerState State { get; }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<QdrantPeer> StartAsync(PeerOptions? options = null)
    {
        options ??= new PeerOptions();
        var faults = new PeerFaults(options.ApiKey);
        var state = new PeerState(options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (options.CertificateFile is { } file)
            {
                // Windows takes no key that lives in memory only.
                listen.UseHttps(X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPemFile(file).Export(X509ContentType.Pfx), null));
            }
        }));
        builder.Services.AddSingleton(faults);
        builder.Services.AddSingleton(state);
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = null;
            grpc.Interceptors.Add<PeerFaults>();
        });
        var application = builder.Build();
        application.MapGrpcService<PeerServer>();
        application.MapGrpcService<PeerCollections>();
        application.MapGrpcService<PeerPoints>();
        await application.StartAsync();
        return new QdrantPeer(application, faults, state);
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
