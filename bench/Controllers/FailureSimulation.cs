using Idp.Core.Controllers.Replication;
using Idp.Simulation;

namespace Idp.Bench.Controllers;

/// <summary>Regions that fail and come back, alone and together, and a primary that is handed on; knows nothing of the arithmetic.</summary>
/// <remarks>
/// Each region fails by itself with exponential times between and exponential repairs; a common cause strikes all of them at once, as
/// often as β of the worst region's failures. The primary's failure hands over to a region that is up, which takes the failover time.
/// </remarks>
internal sealed class FailureSimulation(ReplicationOptions options, Random random)
{
    private const double HoursPerYear = 365 * 24;

    /// <returns>Share of the time in which no copy served.</returns>
    /// <param name="down">Share of the time that each copy's region is down; the first primary's first.</param>
    public double Unavailability(double[] down, double years)
    {
        var repair = options.RepairTime.TotalHours;
        var common = down.Length > 1 ? options.CommonModeShare : 0;
        var end = years * HoursPerYear;
        var up = new double[down.Length]; // When each region's present outage ends; in the past while it is up.
        var next = new double[down.Length + 1]; // When each region fails next; the last is the common cause.
        for (var i = 0; i < down.Length; i++)
        {
            next[i] = random.Exponential(Between(down[i] * (1 - common)));
        }

        next[^1] = common > 0 ? random.Exponential(Between(down.Max() * common)) : double.MaxValue;
        var (primary, served, outage) = (0, 0.0, 0.0); // Until when the plane is known to be out; and for how long in all.
        while (true)
        {
            var which = Array.IndexOf(next, next.Min());
            var now = next[which];
            if (now >= end)
            {
                return outage / end;
            }

            var back = now + random.Exponential(repair);
            if (which == down.Length)
            {
                for (var i = 0; i < up.Length; i++)
                {
                    up[i] = Math.Max(up[i], back);
                }

                next[which] = now + random.Exponential(Between(down.Max() * common));
            }
            else
            {
                up[which] = Math.Max(up[which], back);
                next[which] = back + random.Exponential(Between(down[which] * (1 - common)));
            }

            if (up[primary] <= now)
            {
                continue; // A copy that was not serving.
            }

            // The first copy that is up takes over; when none is, the first to come back.
            var heir = Enumerable.Range(0, up.Length).MinBy(i => (Math.Max(now, up[i]), i));
            var until = heir == primary ? up[primary] : Math.Min(up[primary], Math.Max(now, up[heir]) + options.FailoverTime.TotalHours);
            outage += Math.Max(0, until - Math.Max(now, served));
            served = Math.Max(served, until);
            primary = until < up[primary] ? heir : primary;
        }

        double Between(double share) => repair * (1 - share) / share;
    }
}
