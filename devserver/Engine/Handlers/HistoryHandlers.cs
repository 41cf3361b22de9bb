using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Reads histories: in pages, backwards, and waiting for what comes next.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class HistoryHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    private const int MaxPage = 256;

    public async Task<GetWorkflowExecutionHistoryResponse> GetWorkflowExecutionHistory(GetWorkflowExecutionHistoryRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        var execution = RequestRules.Execution(request.Execution);
        var token = request.NextPageToken.IsEmpty ? null : HistoryToken.Read(request.NextPageToken);
        var until = TimeProvider.System.GetUtcNow() + RequestRules.Wait(context, engine.Limits.LongPoll);
        var runId = token?.RunId ?? execution.RunId;
        while (true)
        {
            var (response, changed) = await engine.DoAsync(request.Namespace, execution.WorkflowId, step => Read(step.Require(runId), request, token));
            if (response is not null)
            {
                return response;
            }

            var left = until - TimeProvider.System.GetUtcNow();
            try
            {
                await changed!.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, context.CancellationToken);
            }
            catch (TimeoutException)
            {
                return await engine.DoAsync(request.Namespace, execution.WorkflowId, step => Nothing(step.Require(runId), token));
            }
        }
    }

    public async Task<GetWorkflowExecutionHistoryReverseResponse> GetWorkflowExecutionHistoryReverse(
        GetWorkflowExecutionHistoryReverseRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        var execution = RequestRules.Execution(request.Execution);
        var token = request.NextPageToken.IsEmpty ? null : HistoryToken.Read(request.NextPageToken);

        // A page is a number of batches, as they are on disk; taking a step waits until they are.
        var (known, last) = await engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var run = step.Require(token?.RunId ?? execution.RunId);
            return (run.State.RunId, token?.NextEventId ?? run.State.NextEventId);
        });
        return await engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var (run, end) = (step.Require(known), last);
            var first = run.History.BatchStart(end, PageSize(request.MaximumPageSize));
            var response = new GetWorkflowExecutionHistoryReverseResponse { History = new History() };
            response.History.Events.AddRange(run.History.Read(first, (int)(end - first)).Reverse());
            if (first > 1)
            {
                response.NextPageToken = new HistoryToken(run.State.RunId, first).Write();
            }

            return response;
        });
    }

    /// <returns>An answer, or what to wait for.</returns>
    private static (GetWorkflowExecutionHistoryResponse? Response, Task? Changed) Read(Run run, GetWorkflowExecutionHistoryRequest request, HistoryToken? token)
    {
        var state = run.State;
        var changed = run.Changes.Next;
        if (request.HistoryEventFilterType is HistoryEventFilterType.CloseEvent)
        {
            return ReadClose(run, request, changed);
        }

        var from = token?.NextEventId ?? 1;
        var end = token is { EndEventId: > 0 } ? Math.Min(token.EndEventId, state.NextEventId) : state.NextEventId;
        if (request.WaitNewEvent && from >= end && state.IsRunning)
        {
            return (null, changed);
        }

        var count = (int)Math.Clamp(end - from, 0, PageSize(request.MaximumPageSize));
        var response = new GetWorkflowExecutionHistoryResponse { History = new History() };
        response.History.Events.AddRange(run.History.Read(from, count));
        var next = from + count;
        if (next < end)
        {
            response.NextPageToken = new HistoryToken(state.RunId, next, token?.EndEventId ?? 0, token?.WithTask ?? false).Write();
        }
        else if (token is { WithTask: true })
        {
            response.History.Events.AddRange(WorkflowTasks.UnwrittenEvents(state));
        }
        else if (!request.WaitNewEvent && state.IsRunning && state.IsTaskTransient)
        {
            response.History.Events.AddRange(WorkflowTasks.TransientEvents(state));
        }
        else if (request.WaitNewEvent && state.IsRunning)
        {
            response.NextPageToken = new HistoryToken(state.RunId, next).Write();
        }

        return (response, null);
    }

    private static (GetWorkflowExecutionHistoryResponse? Response, Task? Changed) ReadClose(Run run, GetWorkflowExecutionHistoryRequest request, Task changed)
    {
        var state = run.State;
        var response = new GetWorkflowExecutionHistoryResponse { History = new History() };
        if (!state.IsRunning)
        {
            response.History.Events.Add(run.History[state.NextEventId - 1]);
            return (response, null);
        }

        if (request.WaitNewEvent && state.Status is WorkflowExecutionStatus.Running)
        {
            return (null, changed);
        }

        // Asked without waiting, an open run shows its latest event; so does a held one at once.
        response.History.Events.Add(run.History[state.NextEventId - 1]);
        return (response, null);
    }

    private static GetWorkflowExecutionHistoryResponse Nothing(Run run, HistoryToken? token) => new()
    {
        History = new History(),
        NextPageToken = new HistoryToken(run.State.RunId, token?.NextEventId ?? 1).Write(),
    };

    private static int PageSize(int asked) => asked is > 0 and < MaxPage ? asked : MaxPage;
}
