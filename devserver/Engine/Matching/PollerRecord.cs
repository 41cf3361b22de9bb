using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Engine.Matching;

/// <summary>A worker seen on a queue.</summary>
internal sealed record PollerRecord(string Identity, WorkerVersionCapabilities? Version, DateTimeOffset LastAccess, double RatePerSecond);
