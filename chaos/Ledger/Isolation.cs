namespace Idp.Chaos.Ledger;

/// <summary>The isolation level of every transaction of one history; says which cycles are allowed.</summary>
internal enum Isolation : byte
{
    ReadCommitted,
    RepeatableRead,
    Serializable,
}
