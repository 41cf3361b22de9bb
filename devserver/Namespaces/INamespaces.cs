using Idp.DevServer.Grpc;

namespace Idp.DevServer.Namespaces;

/// <summary>The namespaces of this server.</summary>
public interface INamespaces
{
    /// <summary>Every namespace that is not deleted, by name.</summary>
    IReadOnlyList<NamespaceEntry> All { get; }

    /// <summary>The namespace of this name.</summary>
    /// <exception cref="RpcFailure">The name is empty, or there is no such namespace.</exception>
    NamespaceEntry Require(string name);
}
