using System.Collections.Immutable;

namespace Idp.Embedded;

/// <summary>One Temporal development server.</summary>
public sealed class TemporalServerOptions
{
    /// <summary>The program: the embedded engine or the genuine <c>temporal</c>.</summary>
    /// <value>See <see cref="EmbeddedEngine.Find"/> and <see cref="TemporalServer.FindCli"/>.</value>
    public required string CliPath { get; init; }

    /// <summary>Receives <c>temporal.log</c>, at most 8 MB; created when missing.</summary>
    public required string LogFolder { get; init; }

    /// <summary>Created beside <c>default</c>, which always exists.</summary>
    /// <value>Default <c>default</c>.</value>
    public string Namespace { get; init; } = "default";

    /// <summary>Keeps workflows over restarts, kill -9 included.</summary>
    /// <value>Default null: gone at the end.</value>
    public string? DatabaseFile { get; init; }

    /// <value>Default 0: a free loopback port.</value>
    public int Port { get; init; }

    /// <value>Default 0: a free loopback port. Not used when <see cref="Headless"/>.</value>
    public int UiPort { get; init; }

    /// <summary>True runs without the Web UI, which the embedded engine never has.</summary>
    public bool Headless { get; init; }

    /// <summary>Registered at the start, each of type Keyword.</summary>
    public ImmutableArray<string> SearchAttributes { get; init; } = [];

    /// <summary>Server settings; values are JSON, so text needs its own quotes.</summary>
    public IReadOnlyDictionary<string, string> DynamicConfig { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Longest wait until the server serves.</summary>
    /// <value>Default 60 s.</value>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for an orderly stop, before KILL.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
