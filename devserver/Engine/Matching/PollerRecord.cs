namespace Idp.DevServer.Engine.Matching;

/// <summary>A worker seen on a queue.</summary>
internal sealed record PollerRecord(string Identity, DateTimeOffset LastAccess, double RatePerSecond);
