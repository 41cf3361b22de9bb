namespace Idp.Chaos.Ledger;

/// <summary>What a client knows of its own transaction.</summary>
internal enum Outcome : byte
{
    /// <summary>The store has acknowledged it.</summary>
    Ok,

    /// <summary>It certainly has no effect.</summary>
    Failed,

    /// <summary>It may have taken effect, or may still.</summary>
    Unknown,
}
