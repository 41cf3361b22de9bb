using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Advise.Traces;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core;
using Idp.Core.Planning;
using Idp.Core.Prices;
using Idp.Simulation;

namespace Idp.Cli.Advise;

/// <summary>Reads log, prices, round trips and rules as the command line says.</summary>
internal sealed class LogLoader(CommandContext context)
{
    /// <exception cref="CliException">Something cannot be used.</exception>
    public async Task<LoadedLog> LoadAsync(CancellationToken cancellationToken)
    {
        var sources = new[] { context.Value(LogArguments.Trace) is not null, context.Value(LogArguments.Otlp) is not null, context.Value(LogArguments.FromTelemetry) };
        if (sources.Count(given => given) != 1)
        {
            throw CliException.Usage("Name one log: --trace FILE, --otlp FILE or --from-telemetry.");
        }

        try
        {
            if (context.Value(LogArguments.FromTelemetry))
            {
                await using var plane = Plane.Open(context);
                return await new TelemetryLog(context, plane, this).LoadAsync(cancellationToken);
            }

            return await LoadFileAsync(cancellationToken);
        }
        catch (TraceException unusable)
        {
            throw CliException.Usage(unusable.Message, unusable);
        }
    }

    /// <summary>Where stores may be and what the command line says of home.</summary>
    public (Market Market, RegionId? Home) Restrict(Market market)
    {
        ImmutableArray<RegionId> known = [.. market.Regions.Select(region => region.Id)];
        RegionId? home = context.Value(LogArguments.Home) is { } named ? LogArguments.ParseRegions(named, known).Single() : null;
        if (context.Value(LogArguments.Stores) is not { } stores)
        {
            return (market, home);
        }

        var chosen = SiteSet.Of([.. LogArguments.ParseRegions(stores, known).Select(region => known.IndexOf(region))]);
        return chosen.Count > 0 ? (market with { Stores = chosen }, home) : throw CliException.Usage("--stores names no region.");
    }

    /// <returns>The prices of the given file; null when none is given.</returns>
    public PriceList? GivenPrices()
    {
        if (context.Value(LogArguments.Prices) is not { } file)
        {
            return null;
        }

        using var csv = new StreamReader(OpenRead(file));
        var result = PriceFile.Read(csv);
        return result.Book?.At(DateOnly.MaxValue)
            ?? throw CliException.Usage($"{file.Name}: {string.Join($"{Environment.NewLine}idp: {file.Name}: ", result.Errors)}");
    }

    private async Task<LoadedLog> LoadFileAsync(CancellationToken cancellationToken)
    {
        var (market, home) = Restrict(GivenMarket());
        ImmutableArray<RegionId> regions = [.. market.Regions.Select(region => region.Id)];
        var (settings, assumptions) = (LogArguments.SettingsOf(context, regions), LogArguments.AssumptionsOf(context));
        var ruleFiles = new RuleFiles(context);
        var rules = ruleFiles.Read(regions); // A mistake there should not cost the reading of a large log.
        var file = (context.Value(LogArguments.Trace) ?? context.Value(LogArguments.Otlp))!;
        var progress = new LineProgress(context.Error);
        using var stream = OpenRead(file);
        var log = context.Value(LogArguments.Trace) is not null
            ? await Task.Run(() => new CsvTraceReader(settings).Read(stream, file.Name, progress, cancellationToken), cancellationToken)
            : await new OtlpTraceReader(settings).ReadAsync(stream, file.Name, progress, cancellationToken);
        return new LoadedLog(log, market, assumptions, rules with { AsOf = log.From.AddHours(log.Hours) }, home, [.. Facts(log, settings)]);
    }

    private IEnumerable<string> Facts(DemandLog log, TraceSettings settings)
    {
        yield return $"Prices: {context.Value(LogArguments.Prices)?.Name ?? "AWS list prices of 2023 (samples/prices; check them before you rely on them)"}. Round trips: {context.Value(LogArguments.Regions)?.Name ?? "medians between nine AWS regions over a year to July 2025 (samples/regions)"}.";
        if (!log.Summary.HasOperations)
        {
            yield return $"The log does not tell reads from writes; {settings.WriteShare:P0} are taken for writes (--write-share).";
        }

        if (settings.ReadsPerWrite > 0)
        {
            yield return $"Each write of the log is taken for {settings.ReadsPerWrite} reads more (--reads-per-write).";
        }
    }

    private Market GivenMarket()
    {
        var roundTrips = SampleData.RoundTrips();
        try
        {
            if (context.Value(LogArguments.Regions) is { } file)
            {
                using var csv = new StreamReader(OpenRead(file));
                roundTrips = RoundTrips.Parse(csv);
            }

            return Market.Of(roundTrips, GivenPrices() ?? SampleData.Prices().At(DateOnly.MaxValue));
        }
        catch (Exception unusable) when (unusable is FormatException or KeyNotFoundException or ArgumentException)
        {
            throw CliException.Usage(unusable.Message, unusable);
        }
    }

    private static FileStream OpenRead(FileInfo file)
    {
        try
        {
            return file.OpenRead();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"'{file}' cannot be read: {missing.Message}", missing);
        }
    }
}
