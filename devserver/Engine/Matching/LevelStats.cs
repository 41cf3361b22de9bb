namespace Idp.DevServer.Engine.Matching;

/// <summary>What waits in a queue at one priority, and how fast it comes and goes.</summary>
internal readonly record struct LevelStats(int Priority, int Backlog, TimeSpan OldestAge, double AddsPerSecond, double DispatchesPerSecond);
