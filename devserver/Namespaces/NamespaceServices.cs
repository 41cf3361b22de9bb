using Idp.DevServer.Persistence;

namespace Idp.DevServer.Namespaces;

internal static class NamespaceServices
{
    /// <summary>Adds namespaces, search attributes, cluster and system info, and worker heartbeats.</summary>
    public static IServiceCollection AddNamespaces(this IServiceCollection services) => services
        .AddSingleton<ISchemaPart, NamespaceSchema>()
        .AddSingleton<ClusterIdentity>()
        .AddSingleton<NamespaceRegistry>()
        .AddSingleton<INamespaces>(provider => provider.GetRequiredService<NamespaceRegistry>())
        .AddSingleton<SearchAttributeRegistry>()
        .AddSingleton<ISearchAttributes>(provider => provider.GetRequiredService<SearchAttributeRegistry>())
        .AddSingleton<NamespaceContents>()
        .AddSingleton<NamespaceMessages>()
        .AddSingleton<NamespaceHandlers>()
        .AddSingleton<ClusterHandlers>()
        .AddSingleton<OperatorHandlers>()
        .AddSingleton<WorkerHandlers>()
        .AddSingleton<SwitchedOffHandlers>()
        .AddSingleton<RemoteClusterHandlers>()
        .AddHostedService<NamespaceStart>();
}
