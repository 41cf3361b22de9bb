using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Idp.DevServer.Hosting;

/// <summary>HTTP/2 as SDKs need it: very many waiting calls on a connection, and none of a caller that froze.</summary>
internal static class ServerTransport
{
    // One SDK process keeps one connection, and each workflow result that it awaits is a call of its own.
    private const int MaxStreamsPerConnection = 100_000;
    private const int ConnectionWindowBytes = 16 * 1024 * 1024;
    private const int StreamWindowBytes = 4 * 1024 * 1024;

    // A poller that froze takes tasks and never runs them: without an answer to a ping its connection ends.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    public static IWebHostBuilder UseServer(this IWebHostBuilder host, ServerOptions options) => host
        .UseKestrelCore()
        .UseKestrelHttpsConfiguration()
        .ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
            kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
            kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
            kestrel.Limits.Http2.KeepAlivePingDelay = PingAfter;
            kestrel.Limits.Http2.KeepAlivePingTimeout = PingTimeout;
            kestrel.Listen(options.Ip, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (options.TlsCertificateFile is not null)
                {
                    UseTls(listen, options);
                }
            });
        });

    private static void UseTls(ListenOptions listen, ServerOptions options)
    {
        try
        {
#pragma warning disable CA2000 // Lives as long as the server.
            var certificate = X509Certificate2.CreateFromPemFile(options.TlsCertificateFile!, options.TlsKeyFile);
#pragma warning restore CA2000
            var authorities = new X509Certificate2Collection();
            if (options.TlsClientAuthoritiesFile is { } file)
            {
                authorities.ImportFromPemFile(file);
            }

            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                if (authorities.Count > 0)
                {
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (caller, _, _) => IsSignedBy(authorities, caller);
                }
            });
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ServerStartException($"The TLS files cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static bool IsSignedBy(X509Certificate2Collection authorities, X509Certificate2 caller)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(caller);
    }
}
