namespace Idp.DevServer.Namespaces;

/// <summary>The id of this cluster, which lives as long as its file.</summary>
internal sealed class ClusterIdentity
{
    private string? _id;

    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public string Id
    {
        get => _id ?? throw new InvalidOperationException("The cluster's id was never read.");
        set => _id = value;
    }
}
