using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Registers, shows and changes namespaces.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class NamespaceHandlers(NamespaceRegistry namespaces, NamespaceMessages messages)
{
    private const int MaxNameLength = 1_000;
    private const int DefaultPageSize = 200;
    private static readonly TimeSpan MinRetention = TimeSpan.FromHours(1);

    public async Task<RegisterNamespaceResponse> RegisterNamespace(RegisterNamespaceRequest request, RpcContext context)
    {
        var name = RequireName(request.Namespace);
        if (name.Length > MaxNameLength)
        {
            throw RpcFailure.InvalidArgument("Namespace length exceeds limit.");
        }

        var retention = Retention(request.WorkflowExecutionRetentionPeriod);
        if (request.IsGlobalNamespace)
        {
            throw RpcFailure.InvalidArgument("Cannot register global namespace when not enabled");
        }

        foreach (var cluster in request.Clusters.Select(c => c.ClusterName).Append(request.ActiveClusterName))
        {
            ClusterHandlers.RequireKnown(cluster);
        }

        await namespaces.AddAsync(NamespaceRegistry.New(name, NamespaceRegistry.NewId(), retention) with
        {
            Description = request.Description,
            OwnerEmail = request.OwnerEmail,
            Data = request.Data.ToImmutableSortedDictionary(StringComparer.Ordinal),
        });
        return new RegisterNamespaceResponse();
    }

    public Task<DescribeNamespaceResponse> DescribeNamespace(DescribeNamespaceRequest request, RpcContext context)
    {
        var entry = (request.Namespace, request.Id) switch
        {
            ("", "") => throw NamespaceErrors.NotSet(),
            (_, "") => namespaces.Require(request.Namespace),
            ("", _) => namespaces.All.FirstOrDefault(e => e.Id == request.Id) ?? throw NamespaceErrors.NotFound(request.Id),
            _ => throw RpcFailure.InvalidArgument("GetNamespace operation failed.  Both ID and Name specified in request."),
        };
        return Task.FromResult(messages.Describe(entry));
    }

    public Task<ListNamespacesResponse> ListNamespaces(ListNamespacesRequest request, RpcContext context)
    {
        var pageSize = request.PageSize > 0 ? request.PageSize : DefaultPageSize;
        var rest = namespaces.All.Where(e => string.CompareOrdinal(e.Name, request.NextPageToken.ToStringUtf8()) > 0).ToArray();
        var page = rest.Take(pageSize).ToArray();
        return Task.FromResult(new ListNamespacesResponse
        {
            Namespaces = { page.Select(messages.Describe) },
            NextPageToken = rest.Length > page.Length ? ByteString.CopyFromUtf8(page[^1].Name) : ByteString.Empty,
        });
    }

    public async Task<UpdateNamespaceResponse> UpdateNamespace(UpdateNamespaceRequest request, RpcContext context)
    {
        var name = RequireName(request.Namespace);
        var entry = await namespaces.UpdateAsync(name, before => Updated(before, request));
        return new UpdateNamespaceResponse
        {
            NamespaceInfo = messages.Info(entry),
            Config = NamespaceMessages.Config(entry),
            ReplicationConfig = NamespaceMessages.Replication(entry),
        };
    }

    public async Task<DeprecateNamespaceResponse> DeprecateNamespace(DeprecateNamespaceRequest request, RpcContext context)
    {
        await namespaces.UpdateAsync(RequireName(request.Namespace), before => before with { State = NamespaceState.Deprecated });
        return new DeprecateNamespaceResponse();
    }

    private static NamespaceEntry Updated(NamespaceEntry before, UpdateNamespaceRequest request)
    {
        if (request.PromoteNamespace)
        {
            throw RpcFailure.InvalidArgument(
                $"global namespace is not enabled on this cluster, cannot update global namespace or promote local namespace: {before.Name}");
        }

        var after = before;
        if (request.UpdateInfo is { } info)
        {
            after = after with
            {
                Description = info.Description.Length > 0 ? info.Description : after.Description,
                OwnerEmail = info.OwnerEmail.Length > 0 ? info.OwnerEmail : after.OwnerEmail,
                State = info.State is NamespaceState.Unspecified ? after.State : info.State,
                Data = after.Data.ToImmutableSortedDictionary(StringComparer.Ordinal).SetItems(info.Data),
            };
        }

        return request.Config?.WorkflowExecutionRetentionTtl is { } retention ? after with { Retention = Retention(retention) } : after;
    }

    private static string RequireName(string name) => name.Length > 0 ? name : throw NamespaceErrors.NotSet();

    private static TimeSpan Retention(Duration? asked) => asked?.ToTimeSpan() is { } retention && retention >= MinRetention
        ? retention
        : throw RpcFailure.InvalidArgument("A valid retention period is not set on request.");
}
