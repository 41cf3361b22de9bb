using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using Idp.Advise.Fleets;
using Idp.Advise.Traces;
using Idp.Core;
using Idp.Simulation;

namespace Idp.Advise.Tests;

/// <summary>Logs, markets and fleets for tests.</summary>
internal static class A
{
    public static Market Market { get; } = Market.Of(SampleData.RoundTrips(), SampleData.Prices().At(DateOnly.MaxValue));

    public static TraceSettings Settings { get; } = new() { Regions = SampleData.RoundTrips().Regions };

    public static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    public static MemoryStream Gzipped(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        packed.Position = 0;
        return packed;
    }

    public static DemandLog Csv(string text, TraceSettings? settings = null) =>
        new CsvTraceReader(settings ?? Settings).Read(Text(text), "log.csv", progress: null, TestContext.Current.CancellationToken);

    public static Fleet Fleet(DemandLog log, RegionId? home = null, Rules? rules = null, Market? market = null) =>
        new FleetBuilder(market ?? Market, new Assumptions(), rules ?? Rules.None, home).Build(log);

    /// <summary>Two weeks of objects that each follow an office day in two regions; some writes.</summary>
    public static DemandLog OfficeDays(int objects = 4, int days = 14, int perHour = 40)
    {
        var csv = new StringBuilder("time,region,object,op,count\n");
        var random = new Random(3);
        string[] regions = ["us-east-1", "ap-northeast-1", "eu-central-1"];
        for (var hour = 0; hour < days * 24; hour++)
        {
            for (var entry = 0; entry < objects; entry++)
            {
                var region = regions[(entry + (hour % 24 / 12)) % regions.Length];
                csv.AppendLine(Invariant($"{1_767_571_200 + (hour * 3600L)},{region},users/u{entry},get,{perHour + random.Next(10)}"));
                csv.AppendLine(Invariant($"{1_767_571_200 + (hour * 3600L) + 60},{region},users/u{entry},update,{4 + random.Next(3)}"));
            }
        }

        return Csv(csv.ToString());
    }

    public static ImmutableArray<RegionId> Regions(params string[] names) => [.. names.Select(name => RegionId.Parse(name))];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
