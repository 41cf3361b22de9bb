namespace Idp.DevServer.Schedules.Specs;

/// <param name="DayOfWeek">From 0, Sunday, to 6.</param>
internal readonly record struct WallClock(int Year, int Month, int Day, int Hour, int Minute, int Second, int DayOfWeek);
