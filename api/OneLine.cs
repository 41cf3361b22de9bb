using Idp.Workflows.Contracts;

namespace Idp.Api;

/// <summary>What people write beside a request: one line of plain text.</summary>
/// <remarks>PostgreSQL refuses some control characters, and a saga that carries one repeats its first write for ever.</remarks>
internal static class OneLine
{
    /// <value>Longest name of whoever asks, in characters.</value>
    public const int MaxPerson = 200;

    private const int MaxReason = 500;

    /// <returns>Why it is refused; null when it is fine.</returns>
    public static Refusal? CheckReason(string reason, int maxLength = MaxReason) =>
        reason.Length > 0 && reason.Length <= maxLength && !HasControl(reason)
            ? null
            : new Refusal(RefusalKind.Invalid, $"A reason has 1 to {maxLength} characters on one line; this one has {reason.Length}.");

    /// <returns>Why it is refused; null when it is fine.</returns>
    public static Refusal? CheckPerson(string name) =>
        name.Length is > 0 and <= MaxPerson && !HasControl(name)
            ? null
            : new Refusal(RefusalKind.Invalid, $"Who asks has a name of 1 to {MaxPerson} characters, none of them a control character; this one has {name.Length}.");

    /// <summary>Only what no saga can bear; its validator judges the rest.</summary>
    /// <returns>Why it is refused; null when it is fine.</returns>
    public static Refusal? CheckNote(OperatorNote note) =>
        HasControl(note.Operator) || HasControl(note.Note)
            ? new Refusal(RefusalKind.Invalid, "An operator's name and a note are one line each, without control characters.")
            : null;

    private static bool HasControl(string? text) => text is not null && text.Any(char.IsControl);
}
