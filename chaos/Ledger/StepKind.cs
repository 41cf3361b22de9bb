namespace Idp.Chaos.Ledger;

/// <summary>What one step of a transaction does.</summary>
internal enum StepKind : byte
{
    /// <summary>Appends a unique value to a list.</summary>
    Append,
    ReadList,

    /// <summary>Writes a unique value to a register, whatever it held.</summary>
    WriteRegister,
    ReadRegister,

    /// <summary>Inserts a row with a unique incarnation, unless there is one.</summary>
    InsertItem,
    DeleteItem,
    ReadItem,

    /// <summary>Moves an amount from one account to another.</summary>
    Transfer,
    ReadAccounts,
}
