using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Where each build of the workers first completed a task, so that a run can be reset to before it.</summary>
internal static class ResetPointList
{
    public static void Add(Transition t, RespondWorkflowTaskCompletedRequest request, long completedEventId)
    {
        var state = t.State;
        var buildId = request.WorkerVersionStamp?.BuildId ?? string.Empty;
        if (state.VersioningOverride is null)
        {
            // A continued run takes over its predecessor's points, but not its build ids.
            BuildIds.Record(t, buildId, request.WorkerVersionStamp?.UseVersioning == true);
        }

        var points = state.ResetPoints ?? new ResetPoints();
        if (points.Points.Any(p => p.BuildId == buildId && p.BinaryChecksum == request.BinaryChecksum))
        {
            return;
        }

        while (points.Points.Count >= EngineLimits.MaxResetPoints)
        {
            points.Points.RemoveAt(0);
        }

        points.Points.Add(new ResetPointInfo
        {
            BuildId = buildId,
            BinaryChecksum = request.BinaryChecksum,
            RunId = state.RunId,
            FirstWorkflowTaskCompletedId = completedEventId,
            CreateTime = Timestamp.FromDateTimeOffset(t.Now),
            Resettable = state.Children.Count == 0 && state.Signals.Count == 0 && state.Cancels.Count == 0,
        });
        state.ResetPoints = points;
    }
}
