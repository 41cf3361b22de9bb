using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Which build took a task, as histories tell it.</summary>
internal static class WorkerVersions
{
    public static WorkerVersionStamp? Of(WorkerVersionCapabilities? polled) => polled is null || polled.BuildId.Length == 0
        ? null
        : new WorkerVersionStamp { BuildId = polled.BuildId, UseVersioning = polled.UseVersioning };
}
