namespace Idp.Chaos.Ledger;

/// <summary>One step of a transaction, with what came back.</summary>
/// <param name="Key">The list, register or item; the account that pays.</param>
/// <param name="Value">What was written; what a register or item read gave, 0 for nothing; the amount of a transfer.</param>
/// <param name="HasEffect">Whether an insert found no row; true otherwise.</param>
/// <param name="Seen">A list's values in their order; the balances of all accounts. Null for other steps, and when no answer came.</param>
/// <param name="Other">The account that receives.</param>
internal readonly record struct Step(StepKind Kind, int Key, long Value = 0, bool HasEffect = true, long[]? Seen = null, int Other = 0)
{
    public bool IsWrite => Kind is StepKind.Append or StepKind.WriteRegister or StepKind.InsertItem or StepKind.DeleteItem or StepKind.Transfer;

    public override string ToString() => Kind switch
    {
        StepKind.Append => $"append list {Key} {Value}",
        StepKind.ReadList => Seen is null ? $"read list {Key} ?" : $"read list {Key} ({Seen.Length}) …{string.Join(' ', Seen.TakeLast(6))}",
        StepKind.WriteRegister => $"write register {Key} = {Value}",
        StepKind.ReadRegister => $"read register {Key} = {Value}",
        StepKind.InsertItem => $"insert item {Key} {Value}{(HasEffect ? string.Empty : " (there was one)")}",
        StepKind.DeleteItem => $"delete item {Key}, was {Value}",
        StepKind.ReadItem => $"read item {Key} = {Value}",
        StepKind.Transfer => $"transfer {Value} from {Key} to {Other}",
        StepKind.ReadAccounts => $"balances {string.Join(' ', Seen ?? [])}",
        _ => throw new ArgumentOutOfRangeException(nameof(Kind), Kind, "This kind of step has no text."),
    };
}
