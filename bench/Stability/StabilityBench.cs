using Idp.Simulation.Stability;

namespace Idp.Bench.Stability;

/// <summary>How much the plane moves where it should not: 1,000 seeded worlds of each scenario against the gates of stability.</summary>
internal sealed class StabilityBench : IBench
{
    private const int Seeds = 1_000;
    private const int GuardSeeds = 200;

    public string Name => "stability";

    public string Description => "copies, hand-overs, reversals and breaches in 1,000 worlds of each scenario, and with each guard off";

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        var failed = 0;
        foreach (var scenario in Enum.GetValues<StabilityScenario>())
        {
            var summary = StabilitySummary.Run(scenario, Enumerable.Range(1, Seeds), StabilityGuards.All, cancellationToken);
            failed += summary.FailedGates().Length;
            Add(figures, summary);
            await Console.Error.WriteLineAsync($"{scenario,-14} {string.Join("; ", summary.FailedGates().DefaultIfEmpty("all gates hold"))}");
        }

        foreach (var guards in StabilityGuards.OneOff)
        {
            var broken = StabilitySummary.Run(guards.Scenario, Enumerable.Range(1, GuardSeeds), guards, cancellationToken).FailedGates();
            figures[$"gatesFailedWithout{guards.Name}"] = broken.Length;
            await Console.Error.WriteLineAsync($"without {guards.Name}, {guards.Scenario}: {string.Join("; ", broken.DefaultIfEmpty("all gates hold"))}");
        }

        figures["gatesFailed"] = failed;
        figures["seedsPerScenario"] = Seeds;
        figures["seedsPerGuard"] = GuardSeeds;
        return figures;
    }

    private static void Add(Dictionary<string, double> figures, StabilitySummary summary)
    {
        figures[$"meanCopiesPerDay{summary.Scenario}"] = summary.MeanCopiesPerDay;
        figures[$"mostCopiesPerDay{summary.Scenario}"] = summary.MostCopiesPerDay;
        figures[$"mostCopiesInADay{summary.Scenario}"] = summary.MostCopiesInADay;
        figures[$"mostHandOversInADay{summary.Scenario}"] = summary.MostHandOversInADay;
        figures[$"changesWhileBlind{summary.Scenario}"] = summary.ChangesWhileBlind;
        figures[$"breaches{summary.Scenario}"] = summary.Breaches;
        if (summary.ReversalShare > 0)
        {
            figures[$"reversalShare{summary.Scenario}"] = summary.ReversalShare;
        }
    }
}
