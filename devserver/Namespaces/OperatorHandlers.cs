using Google.Protobuf.Collections;
using Grpc.Core;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Search attributes, clusters, and the end of namespaces.</summary>
[RpcHandlers(RpcHandlersAttribute.OperatorService)]
internal sealed class OperatorHandlers(
    NamespaceRegistry namespaces, NamespaceContents contents, SearchAttributeRegistry attributes, ClusterIdentity identity, ServerOptions options)
{
    private const int DeletedIdLength = 5;

    public async Task<AddSearchAttributesResponse> AddSearchAttributes(AddSearchAttributesRequest request, RpcContext context)
    {
        RequireAny(request.SearchAttributes.Count);
        await attributes.AddAsync(Require(request.Namespace), request.SearchAttributes);
        return new AddSearchAttributesResponse();
    }

    public async Task<RemoveSearchAttributesResponse> RemoveSearchAttributes(RemoveSearchAttributesRequest request, RpcContext context)
    {
        RequireAny(request.SearchAttributes.Count);
        await attributes.RemoveAsync(Require(request.Namespace), request.SearchAttributes);
        return new RemoveSearchAttributesResponse();
    }

    public Task<ListSearchAttributesResponse> ListSearchAttributes(ListSearchAttributesRequest request, RpcContext context)
    {
        var custom = attributes.Custom(Require(request.Namespace));
        var response = new ListSearchAttributesResponse();
        Fill(response.CustomAttributes, custom);
        Fill(response.SystemAttributes, SystemSearchAttributes.All);
        return Task.FromResult(response);
    }

    public async Task<DeleteNamespaceResponse> DeleteNamespace(DeleteNamespaceRequest request, RpcContext context)
    {
        var name = request.Namespace.Length > 0 ? request.Namespace : NameOf(request.NamespaceId);
        if (name == NamespaceRegistry.SystemName)
        {
            throw new RpcFailure(StatusCode.FailedPrecondition, "unable to delete system namespace");
        }

        // A name that is not known fails below, as one that another call has just removed.
        if (namespaces.All.FirstOrDefault(e => e.Name == name) is { } doomed)
        {
            await contents.RemoveAsync(doomed);
        }

        var removed = await namespaces.RemoveAsync(name) ?? throw NamespaceErrors.NotFound(name);
        attributes.Forget(name);
        return new DeleteNamespaceResponse { DeletedNamespace = $"{name}-deleted-{removed.Id[..DeletedIdLength]}" };
    }

    public Task<ListClustersResponse> ListClusters(ListClustersRequest request, RpcContext context) =>
        Task.FromResult(new ListClustersResponse
        {
            Clusters =
            {
                new ClusterMetadata
                {
                    ClusterName = ClusterHandlers.ClusterName,
                    ClusterId = identity.Id,
                    Address = $"{options.Ip}:{options.Port}",
                    InitialFailoverVersion = ClusterHandlers.InitialFailoverVersion,
                    HistoryShardCount = 1,
                    IsConnectionEnabled = true,
                },
            },
        });

    private string Require(string ns) =>
        ns.Length > 0 ? namespaces.Require(ns).Name : throw RpcFailure.InvalidArgument("Namespace is not set on request.");

    private string NameOf(string id) => id.Length == 0
        ? throw NamespaceErrors.NotSet()
        : namespaces.All.FirstOrDefault(e => e.Id == id)?.Name ?? throw NamespaceErrors.NotFound(id);

    private static void RequireAny(int count)
    {
        if (count == 0)
        {
            throw RpcFailure.InvalidArgument("SearchAttributes are not set on request.");
        }
    }

    private static void Fill(MapField<string, IndexedValueType> target, IEnumerable<KeyValuePair<string, IndexedValueType>> source)
    {
        foreach (var (name, type) in source)
        {
            target.Add(name, type);
        }
    }
}
