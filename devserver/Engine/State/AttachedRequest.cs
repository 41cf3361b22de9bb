using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.State;

/// <summary>The event by which a request id is known to a run.</summary>
internal sealed record AttachedRequest(EventType EventType, long EventId);
