using System.Collections.Immutable;
using System.Globalization;
using Idp.Core;
using Idp.Core.Prices;

namespace Idp.Simulation;

/// <summary>The world of <c>samples/</c>, built in: nine regions and the trace of a team around the world.</summary>
public static class SampleData
{
    /// <summary>The trace of <c>samples/global-team-a</c>, compressed, for <see cref="Traces.TraceReader"/>; the caller disposes it.</summary>
    public static Stream OpenTrace() => Open("trace.csv.gz");

    /// <summary>Median round trips between the nine regions.</summary>
    public static RoundTrips RoundTrips()
    {
        using var csv = new StreamReader(Open("rtt_ms.csv"));
        return Idp.Core.RoundTrips.Parse(csv);
    }

    /// <summary>The nine regions with list prices and jurisdictions, in the order of the round trips.</summary>
    public static ImmutableArray<Region> Regions()
    {
        using var csv = new StreamReader(Open("prices_usd.csv"));
        var columns = csv.ReadLine()!.Split(',');
        var egress = Array.IndexOf(columns, "inter_region_egress_gb");
        var vcpu = Array.IndexOf(columns, "vcpu_hour");
        var ssd = Array.IndexOf(columns, "ssd_gb_month");

        var regions = ImmutableArray.CreateBuilder<Region>();
        while (csv.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            regions.Add(new Region(
                RegionId.Parse(cells[0]),
                Jurisdiction(cells[0]),
                new RegionPrices(Price(cells[ssd]), Price(cells[egress]), Price(cells[vcpu]))));
        }

        return regions.ToImmutable();
    }

    /// <summary>The list prices of <c>samples/prices</c>, by day.</summary>
    public static PriceBook Prices()
    {
        using var csv = new StreamReader(Open("prices.csv"));
        var result = PriceFile.Read(csv);
        return result.Book ?? throw new InvalidOperationException(string.Join(Environment.NewLine, result.Errors));
    }

    private static decimal Price(string cell) => decimal.Parse(cell, CultureInfo.InvariantCulture);

    private static string Jurisdiction(string region) => region switch
    {
        "sa-east-1" => "BR",
        "ap-south-1" => "IN",
        "ap-southeast-1" => "SG",
        "ap-northeast-1" => "JP",
        "ap-southeast-2" => "AU",
        _ => region[..2].ToUpperInvariant(), // us-* and eu-*.
    };

    private static Stream Open(string name) =>
        typeof(SampleData).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"'{name}' is missing from {typeof(SampleData).Assembly.GetName().Name}.");
}
