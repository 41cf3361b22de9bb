using Idp.Core.Planning;

namespace Idp.Simulation.Workloads;

/// <summary>The average of some hours of demand, as a window of one hour.</summary>
internal static class MeanHour
{
    public static DemandWindow Of(DemandWindow demand, int fromHour, int toHour)
    {
        var reads = new double[demand.Regions];
        var writes = new double[demand.Regions];
        for (var hour = fromHour; hour < toHour; hour++)
        {
            for (var region = 0; region < demand.Regions; region++)
            {
                reads[region] += demand.Reads(hour)[region] / (toHour - fromHour);
                writes[region] += demand.Writes(hour)[region] / (toHour - fromHour);
            }
        }

        return new DemandWindow(demand.Regions, reads, writes);
    }
}
