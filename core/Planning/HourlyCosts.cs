using System.Numerics;

namespace Idp.Core.Planning;

/// <summary>What one hour of demand costs in every layout.</summary>
internal static class HourlyCosts
{
    /// <param name="setUsd">Scratch: one number a set.</param>
    /// <param name="running">US dollars by layout; infinite where the space does not allow it.</param>
    public static void Fill(LayoutSpace space, DemandWindow window, int hour, double sizeGb, Span<double> setUsd, Span<double> running)
    {
        FillSets(space, window.Reads(hour), sizeGb, setUsd);
        Span<double> writeUsd = stackalloc double[space.Costs.Regions.Length];
        Span<double> shipUsd = stackalloc double[space.Costs.Regions.Length];
        FillWrites(space.Costs, window.Writes(hour), writeUsd, shipUsd);
        for (var layout = 0; layout < running.Length; layout++)
        {
            var (primary, sites) = space.Layouts[layout];
            running[layout] = sites.Count < space.MinSites
                ? double.PositiveInfinity
                : setUsd[space.SetOfLayout[layout]] + writeUsd[primary] + ((sites.Count - 1) * shipUsd[primary]);
        }
    }

    // Region by region over all sets: each lane is a set of its own, so the order of additions, and every bit, is the same on any machine.
    private static void FillSets(LayoutSpace space, ReadOnlySpan<double> reads, double sizeGb, Span<double> setUsd)
    {
        setUsd.Clear();
        AddScaled(space.StorageUsdPerGbHour, sizeGb, setUsd);
        for (var from = 0; from < reads.Length; from++)
        {
            if (reads[from] > 0)
            {
                AddScaled(space.ReadUsdFrom(from), reads[from], setUsd);
            }
        }
    }

    private static void AddScaled(ReadOnlySpan<double> terms, double factor, Span<double> sums)
    {
        var i = 0;
        for (; i <= sums.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var sum = new Vector<double>(sums[i..]) + (new Vector<double>(terms[i..]) * factor);
            sum.CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += terms[i] * factor;
        }
    }

    private static void FillWrites(SiteCosts costs, ReadOnlySpan<double> writes, Span<double> writeUsd, Span<double> shipUsd)
    {
        var total = 0.0;
        foreach (var count in writes)
        {
            total += count;
        }

        for (var primary = 0; primary < writeUsd.Length; primary++)
        {
            writeUsd[primary] = 0;
            shipUsd[primary] = total * costs.ShipUsd(primary);
            for (var from = 0; from < writes.Length; from++)
            {
                writeUsd[primary] += writes[from] * costs.OperationUsd[from][primary];
            }
        }
    }
}
