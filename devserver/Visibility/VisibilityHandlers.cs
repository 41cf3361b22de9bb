using Grpc.Core;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Visibility;

/// <summary>Lists and counts workflows.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class VisibilityHandlers(VisibilityStore visibility, INamespaces namespaces, ISearchAttributes searchAttributes, ServerFeatures features)
{
    /// <summary>There is no archive to ask, but the genuine server looks at the page first.</summary>
    private const int MaxArchivePageSize = 10_000;

    private const string Workflows = "";

    public Task<ListWorkflowExecutionsResponse> ListWorkflowExecutions(ListWorkflowExecutionsRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        var page = visibility.List(ns, Workflows, request.Query, PageSize(request.PageSize), request.NextPageToken);
        return Task.FromResult(new ListWorkflowExecutionsResponse { Executions = { page.Runs }, NextPageToken = page.NextPageToken });
    }

    public Task<ScanWorkflowExecutionsResponse> ScanWorkflowExecutions(ScanWorkflowExecutionsRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        var page = visibility.List(ns, Workflows, request.Query, PageSize(request.PageSize), request.NextPageToken);
        return Task.FromResult(new ScanWorkflowExecutionsResponse { Executions = { page.Runs }, NextPageToken = page.NextPageToken });
    }

    public Task<ListOpenWorkflowExecutionsResponse> ListOpenWorkflowExecutions(ListOpenWorkflowExecutionsRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        var query = new FilterQuery("ExecutionStatus = 'Running'")
            .Between("StartTime", request.StartTimeFilter)
            .First(request.ExecutionFilter, request.TypeFilter, status: null);
        var page = visibility.List(ns, Workflows, query.ToString(), PageSize(request.MaximumPageSize), request.NextPageToken);
        return Task.FromResult(new ListOpenWorkflowExecutionsResponse { Executions = { page.Runs }, NextPageToken = page.NextPageToken });
    }

    public Task<ListClosedWorkflowExecutionsResponse> ListClosedWorkflowExecutions(ListClosedWorkflowExecutionsRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        var query = new FilterQuery("ExecutionStatus != 'Running'")
            .Between("CloseTime", request.StartTimeFilter)
            .First(request.ExecutionFilter, request.TypeFilter, request.StatusFilter);
        var page = visibility.List(ns, Workflows, query.ToString(), PageSize(request.MaximumPageSize), request.NextPageToken);
        return Task.FromResult(new ListClosedWorkflowExecutionsResponse { Executions = { page.Runs }, NextPageToken = page.NextPageToken });
    }

    public Task<CountWorkflowExecutionsResponse> CountWorkflowExecutions(CountWorkflowExecutionsRequest request, RpcContext context) =>
        Task.FromResult(visibility.Count(namespaces.Require(request.Namespace).Name, Workflows, request.Query));

    public Task<GetSearchAttributesResponse> GetSearchAttributes(GetSearchAttributesRequest request, RpcContext context)
    {
        var response = new GetSearchAttributesResponse();
        foreach (var entry in namespaces.All)
        {
            foreach (var (name, type) in searchAttributes.All(entry.Name))
            {
                response.Keys[name] = type;
            }
        }

        return Task.FromResult(response);
    }

    /// <summary>There is no archive here, as there is none on a genuine development server.</summary>
    public Task<ListArchivedWorkflowExecutionsResponse> ListArchivedWorkflowExecutions(ListArchivedWorkflowExecutionsRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        throw RpcFailure.InvalidArgument(
            request.PageSize > MaxArchivePageSize
                ? $"PageSize is larger than allowed {MaxArchivePageSize}."
                : "Cluster is not configured for visibility archival.");
    }

    /// <summary>The most that one answer lists is also what it lists when nobody says how much.</summary>
    private int PageSize(int asked) => asked <= 0 || asked > features.MaxVisibilityPage ? features.MaxVisibilityPage : asked;
}
