namespace Idp.Bench.Controllers;

/// <summary>One measured scenario for each controller besides placement.</summary>
internal sealed class ControllersBench : IBench
{
    public string Name => "controllers";

    public string Description => "tiering, consistency, replication, cost and compliance, each in one measured scenario";

    public Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        foreach (var run in (Action<Dictionary<string, double>>[])
            [TieringScenario.Run, ConsistencyScenario.Run, ReplicationScenario.Run, CostScenario.Run, ComplianceScenario.Run])
        {
            cancellationToken.ThrowIfCancellationRequested();
            run(figures);
        }

        return Task.FromResult<IReadOnlyDictionary<string, double>>(figures);
    }
}
