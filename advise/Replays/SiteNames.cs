using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Planning;

namespace Idp.Advise.Replays;

/// <summary>Layouts as people read them: the primary, then the replicas.</summary>
internal static class SiteNames
{
    public static string Of(ImmutableArray<RegionId> regions, Layout layout) => layout.Replicas.Count == 0
        ? regions[layout.Primary].Value
        : $"{regions[layout.Primary]} + {string.Join(", ", layout.Replicas.ToIndices().Select(site => regions[site].Value))}";
}
