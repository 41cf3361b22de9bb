using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Idp.Advise.Fleets;
using Idp.Advise.Traces;
using Idp.Cli.Commands;
using Idp.Core;

namespace Idp.Cli.Advise;

/// <summary>Which log to look at and how to read it; the same for advice and what-if.</summary>
internal static class LogArguments
{
    public static readonly Option<FileInfo?> Trace = new("--trace") { Description = "An access log: CSV with a header, one access a line, plain or gzip", HelpName = "FILE" };

    public static readonly Option<FileInfo?> Otlp = new("--otlp") { Description = "Database spans in OTLP JSON, as the OpenTelemetry collector's file exporter writes them, plain or gzip", HelpName = "FILE" };

    public static readonly Option<bool> FromTelemetry = new("--from-telemetry") { Description = "What the running plane has recorded" };

    public static readonly Option<DirectoryInfo?> Intents = new("--intents") { Description = "Folder of dataset files: where data is born, what it is, what it may cost", HelpName = "DIR" };

    public static readonly Option<DirectoryInfo?> Policies = new("--policies") { Description = "Folder of policy files; the shipped ones without. They count when intents say what the data is", HelpName = "DIR" };

    public static readonly Option<FileInfo?> Prices = new("--prices") { Description = "Price file (see samples/prices); AWS list prices without", HelpName = "FILE" };

    public static readonly Option<FileInfo?> Regions = new("--regions") { Description = "CSV matrix of round trips in ms (see samples/regions); nine AWS regions without", HelpName = "FILE" };

    public static readonly Option<string?> Stores = new("--stores") { Description = "Regions where data may be, separated by commas; all without", HelpName = "LIST" };

    public static readonly Option<string?> Home = new("--home") { Description = "Where all data is now; without, what the intents say, else the region that writes most", HelpName = "REGION" };

    public static readonly Option<string?> Key = new("--key") { Description = "Column or attribute that names the object, for example user_id", HelpName = "NAME" };

    public static readonly Option<string?> RegionColumn = new("--region-column") { Description = "Column or attribute with the caller's region", HelpName = "NAME" };

    public static readonly Option<string[]> MapRegion = new("--map-region") { Description = "Read one region's name as another's, for example Frankfurt=eu-central-1; may be repeated", HelpName = "NAME=REGION", DefaultValueFactory = _ => [] };

    public static readonly Option<double> ReadsPerWrite = new("--reads-per-write") { Description = "For logs of writes only: reads that come with each", HelpName = "N" };

    public static readonly Option<double> WriteShare = new("--write-share") { Description = "For logs without an operation column: share of writes", HelpName = "SHARE", DefaultValueFactory = _ => 0.1 };

    public static readonly Option<int> Days = new("--days") { Description = "Look at the last days of the log only", HelpName = "N", DefaultValueFactory = _ => 28 };

    public static readonly Option<string?> Until = new("--until") { Description = "Look at the days before this one, as 2021-07-01; the end of the log without", HelpName = "DAY" };

    public static readonly Option<double> MaxBad = new("--max-bad") { Description = "Share of rows that may be unusable", HelpName = "SHARE", DefaultValueFactory = _ => 0.05 };

    public static readonly Option<double> Revenue = new("--revenue-per-operation") { Description = "What an operation earns, in US dollars", HelpName = "USD", DefaultValueFactory = _ => 0.01 };

    public static readonly Option<double> Loss = new("--loss-per-100ms") { Description = "Share of it that each 100 ms of waiting loses", HelpName = "SHARE", DefaultValueFactory = _ => 0.01 };

    public static readonly Option<string> ObjectSize = new("--object-size") { Description = "Size of an object where it is not known, for example 64kB or 10MB", HelpName = "SIZE", DefaultValueFactory = _ => "10MB" };

    public static readonly Option<int> MaxSites = new("--max-sites") { Description = "Most copies of an object, the primary included", HelpName = "N", DefaultValueFactory = _ => 3 };

    public static Symbol[] All =>
    [
        Trace, Otlp, FromTelemetry, Intents, Policies, Prices, Regions, Stores, Home, Key, RegionColumn, MapRegion, ReadsPerWrite, WriteShare, Days, Until, MaxBad, Revenue, Loss, ObjectSize, MaxSites,
    ];

    /// <exception cref="CliException">A value is out of its range.</exception>
    public static TraceSettings SettingsOf(CommandContext context, ImmutableArray<RegionId> regions) => new()
    {
        Regions = regions,
        RegionNames = context.Value(MapRegion)!.Select(text => ParseMapping(text, regions)).ToImmutableDictionary(pair => pair.Name, pair => pair.Region, StringComparer.OrdinalIgnoreCase),
        KeyColumn = context.Value(Key),
        RegionColumn = context.Value(RegionColumn),
        ReadsPerWrite = InRange(context, ReadsPerWrite, 0, 10_000),
        WriteShare = InRange(context, WriteShare, 0, 1),
        Days = (int)InRange("--days", context.Value(Days), 1, 366),
        Until = context.Value(Until) is not { } day ? null
            : DateTimeOffset.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) ? until
            : throw CliException.Usage($"--until is '{day}'; expected a day such as 2021-07-01."),
        MaxBadShare = InRange(context, MaxBad, 0, 1),
    };

    /// <exception cref="CliException">A value is out of its range.</exception>
    public static Assumptions AssumptionsOf(CommandContext context) => new()
    {
        RevenueUsdPerOperation = InRange(context, Revenue, 0.000_000_001, 1_000_000),
        LossPer100Ms = InRange(context, Loss, 0.000_001, 1),
        ObjectBytes = ParseSize(context.Value(ObjectSize)!),
        MaxSites = (int)InRange("--max-sites", context.Value(MaxSites), 1, 5),
    };

    private static double InRange(CommandContext context, Option<double> option, double low, double high) => InRange(option.Name, context.Value(option), low, high);

    private static double InRange(string option, double value, double low, double high) => value >= low && value <= high
        ? value
        : throw CliException.Usage(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; expected {low:0.#########} to {high:0.###}."));

    private static (string Name, RegionId Region) ParseMapping(string text, ImmutableArray<RegionId> regions)
    {
        var equals = text.LastIndexOf('=');
        return equals > 0 && RegionId.TryParse(text[(equals + 1)..], null, out var region) && regions.Contains(region)
            ? (text[..equals], region)
            : throw CliException.Usage($"--map-region is '{text}'; expected NAME=REGION with one of {string.Join(", ", regions)}.");
    }

    private static long ParseSize(string text)
    {
        (string Unit, double Bytes)[] units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1)];
        var (unit, factor) = units.FirstOrDefault(known => text.EndsWith(known.Unit, StringComparison.OrdinalIgnoreCase), (string.Empty, 1));
        return double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * factor is >= 1 and <= 1e15
            ? (long)(number * factor)
            : throw CliException.Usage($"--object-size is '{text}'; expected a number of bytes, kB, MB or GB, for example 10MB.");
    }

    /// <exception cref="CliException">One of them is not a known region.</exception>
    public static IEnumerable<RegionId> ParseRegions(string text, ImmutableArray<RegionId> known) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Arguments.ParseRegion)
            .Select(region => known.Contains(region) ? region : throw CliException.Usage($"'{region}' is not one of {string.Join(", ", known)}."));
}
