using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Idp.Cli.Demo;
using Idp.Cli.Local;
using Idp.Core;
using Idp.Simulation;

namespace Idp.Bench.Movement;

/// <summary>Small objects that travel together, as an operator asks for them: <c>idp migrate --wait</c>, through API, Temporal and worker, each its own process.</summary>
internal static class SmallMoves
{
    private const int Objects = 500;
    private const int RowsPerObject = 10;

    private static readonly RegionId East = RegionId.Parse("us-east-1");
    private static readonly RegionId Ireland = RegionId.Parse("eu-west-1");

    /// <param name="figures">Gets objects per second from the request to the last object's opening, with and without the round trip between the two regions.</param>
    public static async Task AddAsync(Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        figures["smallMovesPerSecond"] = await MeasureAsync(roundTripMs: 0, cancellationToken);
        figures["smallMovesPerSecondAt70MsRoundTrip"] = await MeasureAsync(roundTripMs: 70, cancellationToken);
    }

    private static async Task<double> MeasureAsync(int roundTripMs, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("idp-bench-");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101); // PostgreSQL runs as another user.
        }

        try
        {
            var regions = SampleData.Regions().Where(region => region.Id == East || region.Id == Ireland).ToImmutableArray();
            await using var plane = await LocalPlane.StartAsync(
                new LocalPlaneOptions { Folder = folder.FullName, Regions = regions, RoundTrips = RoundTripsOf(roundTripMs), Engine = EngineChoice.Embedded, Durable = false },
                new Progress<string>(),
                cancellationToken);
            await DemoWorld.CreateTablesAsync(plane, cancellationToken);
            ImmutableArray<string> keys = [.. Enumerable.Range(0, Objects).Select(number => string.Create(CultureInfo.InvariantCulture, $"small-{number:0000}"))];
            await DemoWorld.FillAsync(plane, East, keys, RowsPerObject, cancellationToken);
            await DemoWorld.AdoptAsync(plane, East, new Progress<string>(), cancellationToken);
            await plane.StartProcessesAsync(new Dictionary<string, string> { ["Idp:Grace"] = "01:00:00" }, cancellationToken);
            return await MoveAsync(folder.FullName, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> MoveAsync(string home, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [typeof(LocalPlane).Assembly.Location, "migrate", "--dataset", DemoWorld.Dataset.Value, "--from", East.Value, "--to", Ireland.Value, "--reason", "a bench", "--wait", "--json", "--data", home])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var talk = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"idp migrate ended with {process.ExitCode}: {await talk} {output}");
        }

        using var report = JsonDocument.Parse(output);
        var moved = report.RootElement.GetProperty("moved").GetInt32();
        return moved == Objects ? report.RootElement.GetProperty("objectsPerSecond").GetDouble() : throw new InvalidOperationException($"{moved} of {Objects} objects moved: {output}");
    }

    private static RoundTrips RoundTripsOf(int ms) => RoundTrips.Parse(new StringReader(string.Create(
        CultureInfo.InvariantCulture, $"region,{East},{Ireland}\n{East},0,{ms}\n{Ireland},{ms},0\n")));
}
