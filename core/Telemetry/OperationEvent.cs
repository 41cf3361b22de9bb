namespace Idp.Core.Telemetry;

/// <summary>One operation as an application reported it.</summary>
/// <param name="At">When the store answered, by the clock of the client.</param>
/// <param name="Operation">The application's name for it, for example <c>read_profile</c>; 1 to 100 characters.</param>
/// <param name="Session">Whose it is; opaque, 1 to 100 characters.</param>
public sealed record OperationEvent(DateTimeOffset At, ObjectId Object, string Operation, string Session, bool IsWrite)
{
    /// <summary>Longest name of an operation or a session, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <returns>Whether it can name an operation or a session: 1 to 100 characters, none of them a control character.</returns>
    public static bool IsName(string? name) => name is { Length: > 0 and <= MaxNameLength } && !name.Any(char.IsControl);
}
