using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Consistency;

namespace Idp.Activities.Controllers;

/// <summary>What the last run of the consistency controller found, and what the next goes on from.</summary>
/// <param name="Until">Operations before it have been looked at.</param>
/// <param name="CompleteUntil">The end of the last period of which every client had told its operations.</param>
/// <param name="Share">Share of the objects that the last period's operations were of; 0 when it was not complete.</param>
/// <param name="Operations">By dataset, the busiest of each first.</param>
/// <param name="Trails">Of objects whose last operations may still meet later ones.</param>
public sealed record ConsistencyRecord(
    DateTimeOffset Until, DateTimeOffset CompleteUntil, double Share, ImmutableArray<OperationRecord> Operations, ImmutableArray<ObjectTrail> Trails)
{
    /// <returns>The share of a dataset's reads that a copy <paramref name="lag"/> behind may serve; null while none were told apart.</returns>
    internal double? NearReadShare(DatasetId dataset, TimeSpan lag)
    {
        var reads = Operations.Where(operation => operation.Decision.Dataset == dataset).Select(operation => (IsNear: operation.Decision.To.Bears(lag), PerDay: operation.ReadsPerDay(Until))).ToArray();
        var all = reads.Sum(read => read.PerDay);
        return all > 0 ? reads.Where(read => read.IsNear).Sum(read => read.PerDay) / all : null;
    }
}
