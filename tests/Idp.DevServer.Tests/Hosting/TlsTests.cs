using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Temporalio.Client;

namespace Idp.DevServer.Tests.Hosting;

/// <summary>TLS as configured, with certificates made here; the SDK's own client on the other side.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("idp-tls-");
    private readonly ECDsa _authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public TlsTests()
    {
        var request = new CertificateRequest("CN=authority", _authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_WithACertificate_SpeaksTlsOnly()
    {
        await using var server = await ServerProcess.StartAsync(Cancelled, [.. await ServerArgumentsAsync()]);

        var client = await ConnectAsync(server, new() { ServerRootCACert = Pem(_authority), Domain = "localhost" });
        Assert.True(await client.Connection.CheckHealthAsync());

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => ConnectAsync(server, tls: null));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => ConnectAsync(server, new() { Domain = "localhost" }));
    }

    [Fact]
    public async Task Serve_WithAuthoritiesOfCallers_AcceptsOnlyThoseTheySigned()
    {
        var authorities = Path.Combine(_folder.FullName, "callers.pem");
        await File.WriteAllBytesAsync(authorities, Pem(_authority), Cancelled);
        await using var server = await ServerProcess.StartAsync(Cancelled, [.. await ServerArgumentsAsync(), "--tls-client-ca-file", authorities]);
        var (certificate, key) = Issue("caller");
        using var strangerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = new CertificateRequest("CN=stranger", strangerKey, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));

        var client = await ConnectAsync(
            server, new() { ServerRootCACert = Pem(_authority), Domain = "localhost", ClientCert = certificate, ClientPrivateKey = key });
        Assert.True(await client.Connection.CheckHealthAsync());

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => ConnectAsync(server, new() { ServerRootCACert = Pem(_authority), Domain = "localhost" }));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => ConnectAsync(server, new()
        {
            ServerRootCACert = Pem(_authority),
            Domain = "localhost",
            ClientCert = Pem(stranger),
            ClientPrivateKey = Encoding.ASCII.GetBytes(strangerKey.ExportPkcs8PrivateKeyPem()),
        }));
    }

    [Fact]
    public async Task Serve_FilesThatAreNoCertificates_AreRefused()
    {
        var nonsense = Path.Combine(_folder.FullName, "nonsense.pem");
        await File.WriteAllTextAsync(nonsense, "nonsense", Cancelled);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ServerProcess.StartAsync(Cancelled, "--tls-cert-file", nonsense, "--tls-key-file", nonsense));

        Assert.StartsWith("1: Error: The TLS files cannot be read:", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _authorityKey.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Task<TemporalClient> ConnectAsync(ServerProcess server, TlsOptions? tls) =>
        TemporalClient.ConnectAsync(new($"localhost:{server.Port}") { Tls = tls, RpcRetry = new() { MaxRetries = 1 } });

    private static byte[] Pem(X509Certificate2 certificate) => Encoding.ASCII.GetBytes(certificate.ExportCertificatePem());

    private async Task<string[]> ServerArgumentsAsync()
    {
        var (certificate, key) = Issue("localhost");
        var (certificateFile, keyFile) = (Path.Combine(_folder.FullName, "server.pem"), Path.Combine(_folder.FullName, "server.key"));
        await File.WriteAllBytesAsync(certificateFile, certificate, Cancelled);
        await File.WriteAllBytesAsync(keyFile, key, Cancelled);
        return ["--tls-cert-file", certificateFile, "--tls-key-file", keyFile];
    }

    private (byte[] Certificate, byte[] Key) Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _authority, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1), RandomNumberGenerator.GetBytes(8));
        return (Pem(certificate), Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
    }
}
