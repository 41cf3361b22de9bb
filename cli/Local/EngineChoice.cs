namespace Idp.Cli.Local;

/// <summary>What carries the workflows.</summary>
public enum EngineChoice
{
    /// <summary>The server that <c>TEMPORAL_ADDRESS</c> or <c>--temporal-cli</c> names, else the embedded engine.</summary>
    Auto,

    /// <summary>Our own engine, whatever the environment says.</summary>
    Embedded,

    /// <summary>Temporal's own development server, whatever the environment says.</summary>
    Temporal,
}
