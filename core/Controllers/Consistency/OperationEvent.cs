namespace Idp.Core.Controllers.Consistency;

/// <summary>One operation as an application reported it.</summary>
/// <param name="At">When the store answered.</param>
/// <param name="Operation">The application's name for it, for example <c>read_profile</c>.</param>
/// <param name="Session">Whose it is; opaque.</param>
public sealed record OperationEvent(DateTimeOffset At, ObjectId Object, string Operation, string Session, bool IsWrite);
