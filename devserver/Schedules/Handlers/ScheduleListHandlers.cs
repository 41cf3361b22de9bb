using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Schedules.Runtime;
using Idp.DevServer.Visibility;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Schedules.Handlers;

/// <summary>The RPCs about many schedules.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class ScheduleListHandlers(VisibilityStore visibility, INamespaces namespaces, ISearchAttributes attributes, ScheduleChecks checks)
{
    private const int MaxPageSize = 1_000;

    public Task<ListSchedulesResponse> ListSchedules(ListSchedulesRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        checks.Enabled(ns);
        var size = request.MaximumPageSize is > 0 and <= MaxPageSize ? request.MaximumPageSize : MaxPageSize;
        var query = ScheduleQuery.Check(request.Query, attributes.All(ns));
        var page = visibility.List(ns, ScheduleListing.Division, query, size, request.NextPageToken);
        return Task.FromResult(new ListSchedulesResponse
        {
            Schedules = { page.Runs.Select(ScheduleListing.Read) },
            NextPageToken = page.NextPageToken,
        });
    }

    public Task<CountSchedulesResponse> CountSchedules(CountSchedulesRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        checks.Enabled(ns);
        var query = ScheduleQuery.Check(request.Query, attributes.All(ns));
        var count = visibility.Count(ns, ScheduleListing.Division, query);
        return Task.FromResult(new CountSchedulesResponse
        {
            Count = count.Count,
            Groups =
            {
                count.Groups.Select(group => new CountSchedulesResponse.Types.AggregationGroup
                {
                    Count = group.Count,
                    GroupValues = { group.GroupValues },
                }),
            },
        });
    }
}
