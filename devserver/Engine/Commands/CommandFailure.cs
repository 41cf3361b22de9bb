using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Commands;

/// <summary>Fails the workflow task whose commands are carried out, and with <paramref name="terminates"/> the run.</summary>
internal sealed class CommandFailure(WorkflowTaskFailedCause cause, string? detail, bool terminates = false)
    : Exception(detail is null ? cause.ToString() : $"{cause}: {detail}")
{
    public WorkflowTaskFailedCause Cause { get; } = cause;

    public bool Terminates { get; } = terminates;
}
