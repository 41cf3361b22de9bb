namespace Idp.Cli.Development;

/// <summary>Bugs that <c>idp chaos --plant</c> builds into a running plane from outside; each must be found.</summary>
public enum ChaosPlant
{
    None,

    /// <summary>The fence lets every transaction pass, wherever the object is.</summary>
    FenceOpen,

    /// <summary>The fence lets transactions pass while their object is being handed over.</summary>
    FenceIgnoresFreeze,

    /// <summary>The fence lets readers pass where the object no longer is.</summary>
    ReadsUnfenced,

    /// <summary>The guard triggers are switched off: writes are neither refused nor logged.</summary>
    GuardOff,

    /// <summary>Half of the entries of the change log vanish.</summary>
    LogEater,

    /// <summary>An object's subscribers are removed between verification and switch.</summary>
    SubscriberRemoved,

    /// <summary>A row of the new owner is deleted after the switch.</summary>
    LostRow,

    /// <summary>A client writes with the movers' mark, and so neither fenced nor logged.</summary>
    BehindTheFence,

    /// <summary>Rows as they were before the switch are written over the new owner's.</summary>
    ZombieWrite,

    /// <summary>The tombstone of a moved object is deleted, so that it is born a second time.</summary>
    SecondBirth,

    /// <summary>The owner's sequence is set back by a few hundred numbers.</summary>
    SequenceSetBack,
}
