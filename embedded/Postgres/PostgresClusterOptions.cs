using System.Collections.Immutable;

namespace Idp.Embedded;

/// <summary>One private PostgreSQL cluster on this machine.</summary>
public sealed class PostgresClusterOptions
{
    /// <summary>Holds everything of the cluster; created when missing, used again on the next start.</summary>
    /// <remarks>When we are root, the account of <see cref="RunAs"/> must be able to traverse its parents.</remarks>
    public required string DataFolder { get; init; }

    /// <summary>Names the cluster in messages and in the process list.</summary>
    public required string Name { get; init; }

    /// <summary>The database created for the owner.</summary>
    /// <value>Default <c>app</c>.</value>
    public string Database { get; init; } = "app";

    /// <value>Default 0: a free loopback port, kept until the cluster is disposed.</value>
    public int Port { get; init; }

    /// <value>Default 100.</value>
    public int MaxConnections { get; init; } = 100;

    /// <value>Megabytes of <c>shared_buffers</c>, default 16.</value>
    public int SharedBuffersMb { get; init; } = 16;

    /// <summary>False writes without fsync: survives kill -9, not a power cut. For tests.</summary>
    /// <value>Default true.</value>
    public bool Durable { get; init; } = true;

    /// <summary>More lines of postgresql.conf; they win over ours.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The account servers run as when we are root, since PostgreSQL refuses root.</summary>
    /// <value>Default <c>postgres</c>. Not used when we are not root.</value>
    public string RunAs { get; init; } = "postgres";

    /// <summary>The folder of <c>postgres</c> and <c>initdb</c>.</summary>
    /// <value>Default: searched on PATH, in /usr/lib/postgresql and by pg_config.</value>
    public string? BinFolder { get; init; }

    /// <summary>Longest wait for the first connection; covers recovery after a crash.</summary>
    /// <value>Default 60 s.</value>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for a fast stop, before KILL.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
