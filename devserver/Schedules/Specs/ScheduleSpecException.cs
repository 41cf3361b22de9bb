namespace Idp.DevServer.Schedules.Specs;

/// <summary>A schedule's specification cannot be compiled; the message is the genuine server's.</summary>
public sealed class ScheduleSpecException(string message) : Exception(message);
