namespace Idp.DevServer.Schedules.Specs;

/// <summary>When an action is due.</summary>
/// <param name="Nominal">What the specification says.</param>
/// <param name="Actual">The same with jitter added.</param>
internal readonly record struct ActionTime(DateTimeOffset Nominal, DateTimeOffset Actual);
