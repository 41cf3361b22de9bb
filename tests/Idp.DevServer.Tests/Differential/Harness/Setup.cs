namespace Idp.DevServer.Tests.Differential;

/// <summary>The <c>--dynamic-config-value</c> arguments of a server.</summary>
public enum Setup
{
    /// <summary>None.</summary>
    Default,

    /// <summary>Small limits, one partition a queue, and what is switched off by default switched on.</summary>
    Narrow,

    /// <summary>What is on by default switched off.</summary>
    SwitchedOff,
}
