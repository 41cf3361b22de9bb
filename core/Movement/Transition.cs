using System.Diagnostics.CodeAnalysis;

namespace Idp.Core.Movement;

/// <summary>What a transition makes of an ownership row.</summary>
/// <param name="Row">The row to store: equal to the one given when nothing changes.</param>
/// <param name="Refusal">Why the step may not be taken; <see langword="null"/> when it may.</param>
public readonly record struct Transition(Ownership Row, string? Refusal)
{
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAccepted => Refusal is null;

    public static Transition To(Ownership row) => new(row, null);

    public static Transition Refuse(Ownership row, string why) => new(row, why);
}
