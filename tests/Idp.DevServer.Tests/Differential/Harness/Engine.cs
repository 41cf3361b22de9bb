namespace Idp.DevServer.Tests.Differential;

/// <summary>A server under test.</summary>
public enum Engine
{
    /// <summary>The <c>temporal</c> command line's own server; records the goldens.</summary>
    Genuine,

    /// <summary>Ours.</summary>
    Embedded,
}
