namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>What happens to the mover at the chosen boundary.</summary>
public enum CrashKind
{
    /// <summary>It dies before its command reaches the server.</summary>
    BeforeCommand,

    /// <summary>It dies after the server has executed the command, before the answer arrives.</summary>
    BeforeAnswer,

    /// <summary>It stops, its command on the way, and goes on when others have long recovered: a zombie.</summary>
    Stall,
}
