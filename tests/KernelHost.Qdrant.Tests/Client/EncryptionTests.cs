using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KernelHost.Memory;
using KernelHost.Qdrant.Tests.Peer;

namespace KernelHost.Qdrant.Tests.Client;

/// <summary>TLS with a certificate of one's own: trusted when it is named, refused when not. Always against the peer, whose certificate the test makes.</summary>
public sealed class EncryptionTests
{
    [Fact]
    public async Task Server_WithACertificateOfItsOwn_IsTrustedOnlyWhenItIsNamed()
    {
        var directory = Directory.CreateTempSubdirectory("kernelhost-qdrant-").FullName;
        try
        {
            var file = Path.Combine(directory, "server.pem");
            using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            {
                var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
                var names = new SubjectAlternativeNameBuilder();
                names.AddIpAddress(IPAddress.Loopback);
                request.CertificateExtensions.Add(names.Build());
                request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
                using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero));
                await File.WriteAllTextAsync(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", TestContext.Current.CancellationToken);
            }

            await using var peer = await QdrantPeer.StartAsync(new PeerOptions { CertificateFile = file, ApiKey = "k" });
            await using var trusting = new QdrantRecordStore(new QdrantOptions { Endpoint = peer.Endpoint, TrustedCertificateFile = file, ApiKey = "k" });
            Assert.Empty(await trusting.ListAsync(TestContext.Current.CancellationToken));

            await using var wary = new QdrantRecordStore(new QdrantOptions { Endpoint = peer.Endpoint, ApiKey = "k", Retries = 0 });
            await Assert.ThrowsAsync<MemoryException>(() => wary.ListAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
