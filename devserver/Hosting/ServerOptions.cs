using System.Collections.Immutable;
using System.Net;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Hosting;

/// <summary>What the arguments ask for.</summary>
internal sealed record ServerOptions
{
    public const int DefaultPort = 7233;

    /// <value>Default loopback: there is no authentication.</value>
    public IPAddress Ip { get; init; } = IPAddress.Loopback;

    /// <value>0 takes a free port, which the start message names.</value>
    public int Port { get; init; } = DefaultPort;

    /// <summary>True serves <c>TestService</c>, on a clock that can skip.</summary>
    public bool IsTestServer { get; init; }

    /// <summary>True starts with skipping unlocked; otherwise the first unlock allows it.</summary>
    public bool StartsUnlocked { get; init; }

    /// <summary>Created at start beside <c>default</c>.</summary>
    public ImmutableArray<string> Namespaces { get; init; } = [];

    /// <summary>Registered at start in each of the namespaces created at start.</summary>
    public ImmutableDictionary<string, IndexedValueType> SearchAttributes { get; init; } = ImmutableDictionary<string, IndexedValueType>.Empty;

    /// <value>Null keeps the state in a temporary file that goes with the process.</value>
    public string? DatabaseFile { get; init; }

    /// <summary>Settings of SQLite, each <c>name=value</c>.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Pragmas { get; init; } = [];

    public DynamicConfig DynamicConfig { get; init; } = DynamicConfig.Empty;

    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    public bool LogsJson { get; init; }

    /// <summary>The server's certificate and key in PEM; without it the server speaks plain HTTP/2.</summary>
    public string? TlsCertificateFile { get; init; }

    public string? TlsKeyFile { get; init; }

    /// <summary>Callers then need a certificate that one of these authorities signed.</summary>
    public string? TlsClientAuthoritiesFile { get; init; }

    /// <summary>Arguments accepted for the sake of the genuine server that have no effect here.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];
}
