namespace Idp.DevServer.Tests.Schedules;

/// <param name="Spec">A specification as protobuf JSON.</param>
public sealed record SpecQuestion(string Spec, DateTimeOffset From, DateTimeOffset To);
