using System.Collections.Immutable;

namespace Idp.Core.Controllers.Replication;

/// <summary>Where an object's copies are: region indexes, the primary's first.</summary>
internal sealed record CopySet(int Primary, ImmutableArray<int> Replicas)
{
    public int Count => 1 + Replicas.Length;

    public IEnumerable<int> All => Replicas.Prepend(Primary);

    public bool Contains(int region) => region == Primary || Replicas.Contains(region);

    public CopySet With(int region) => this with { Replicas = Replicas.Add(region) };

    public CopySet Without(int region) => this with { Replicas = Replicas.Remove(region) };
}
