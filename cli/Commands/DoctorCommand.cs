using System.CommandLine;
using Idp.Activities;
using Idp.Cli.Checks;
using Idp.Cli.Planes;
using Idp.Storage.Regions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Idp.Cli.Commands;

internal static class DoctorCommand
{
    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromSeconds(2);

    public static Command Create() => new Command("doctor", "Check this machine and this configuration; each line says what to do.")
        .WithExamples("idp doctor", "idp doctor --json")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.OpenUnchecked(context);
        List<CheckResult> results = [.. await Task.WhenAll(new MachineChecks(context.Home).All(cancellationToken))];
        var isConfigured = File.Exists(context.Installation.ConfigFile) || plane.Get<IConfiguration>()["Idp:ControlDatabase"] is { Length: > 0 };
        if (!isConfigured)
        {
            results.Add(new CheckResult(
                "configuration", CheckState.Warn, $"there is no {context.Installation.ConfigFile} yet", "start with 'idp demo', or write it (docs/operate)"));
        }
        else
        {
            results.AddRange(Configuration(plane));
            if (results.TrueForAll(result => result.State is not CheckState.Fail))
            {
                var checks = new PlaneChecks(plane, context.Installation);
                results.AddRange(await Task.WhenAll(
                [
                    checks.ControlDatabaseAsync(cancellationToken), checks.TemporalAsync(cancellationToken), ClocksAsync(plane, cancellationToken),
                    .. checks.Regions(cancellationToken),
                ]));
            }
        }

        context.Data.Write(results, (console, all) => CheckTable.Write(console, all));
        return results.Exists(result => result.State is CheckState.Fail) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static IEnumerable<CheckResult> Configuration(Plane plane)
    {
        CheckResult whole;
        try
        {
            plane.Check();
            whole = new CheckResult("configuration", CheckState.Ok, "every option is valid, every file can be read");
        }
        catch (OptionsValidationException invalid)
        {
            whole = new CheckResult("configuration", CheckState.Fail, string.Join("; ", FailureReport.Describe(invalid)), "correct idp.json");
        }
        catch (CliException invalid)
        {
            whole = new CheckResult("configuration", CheckState.Fail, invalid.Message, "correct idp.json or the file that it names");
        }

        yield return whole;
        if (whole.State is CheckState.Ok)
        {
            var loaded = PolicyFiles.Load(plane.Get<IOptions<PlaneOptions>>().Value, plane.Get<RegionStores>());
            yield return new CheckResult("policies", CheckState.Ok, $"{loaded.Snapshot!.Policies.Length} policies, revision {loaded.Snapshot.Revision[..12]}");
        }
    }

    // Migrations and telemetry carry the times of several machines.
    private static Task<CheckResult> ClocksAsync(Plane plane, CancellationToken cancellationToken) => CheckResult.OfAsync(
        "clocks", "let both machines keep time with NTP",
        async token =>
        {
            await using var ask = plane.Get<NpgsqlDataSource>().CreateCommand("SELECT clock_timestamp()");
            var theirs = (DateTime)(await ask.ExecuteScalarAsync(token))!;
            var difference = (TimeProvider.System.GetUtcNow() - theirs).Duration();
            return difference > MaxClockDifference
                ? throw new CheckWarning($"the control database's clock differs by {difference.TotalSeconds:F1} s")
                : "this machine and the control database agree";
        },
        cancellationToken);
}
