namespace Idp.Chaos.Checking;

/// <summary>Why one transaction must come after another.</summary>
internal enum Dependency : byte
{
    /// <summary>It wrote the next version.</summary>
    WriteWrite,

    /// <summary>It read what the other wrote.</summary>
    WriteRead,

    /// <summary>It wrote the version after the one that the other read.</summary>
    ReadWrite,
}
