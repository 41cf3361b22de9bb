using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>Collects what a run found; a complete run with <c>IDP_MODEL=full</c> writes it to README.md beside the tests.</summary>
public sealed class ModelReport : IDisposable
{
    private readonly Dictionary<string, string> _worlds = [];
    private readonly Dictionary<string, string> _faults = [];

    public static bool IsFull => Environment.GetEnvironmentVariable("IDP_MODEL") is "full";

    internal void Add(World world, Explorer explorer, Verdict verdict) => _worlds[world.Name] = string.Create(
        CultureInfo.InvariantCulture,
        $"| {world.Name} | {world.Story} | {verdict.StateCount:N0} | {explorer.Rows.RowCount} | {explorer.Rows.CallCount} | {verdict.Elapsed.TotalSeconds:F1} | {verdict.Violation ?? "holds"} |");

    internal void Add(Experiment experiment, Verdict verdict) => _faults[experiment.Name] = string.Create(
        CultureInfo.InvariantCulture,
        $"| {experiment.FaultNames} | {experiment.World} | {verdict.StateCount:N0} | {(verdict.Violation is null ? "covered by another guard" : $"{verdict.Violation}, in {verdict.Trace.Count} steps")} |");

    public void Dispose()
    {
        if (IsFull && _worlds.Count == Worlds.All.Length && _faults.Count == Experiments.All.Length)
        {
            File.WriteAllText(Path.Combine(Folder(), "..", "README.md"), Text());
        }
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private string Text()
    {
        var text = new StringBuilder(Introduction);
        foreach (var world in Worlds.All)
        {
            text.AppendLine(_worlds[world.Name]);
        }

        text.Append(FaultsIntroduction);
        foreach (var experiment in Experiments.All)
        {
            text.AppendLine(_faults[experiment.Name]);
        }

        text.Append(NamedIntroduction);
        foreach (var (name, experiment) in NamedFaults.All)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {experiment[(experiment.IndexOf(':', StringComparison.Ordinal) + 2)..]} | {experiment[..experiment.IndexOf(':', StringComparison.Ordinal)]} |");
        }

        return text.ToString();
    }

    private const string Introduction = """
        # What the model check covers

        Written by the run itself; do not edit. The tables come from

        ```sh
        IDP_MODEL=full dotnet run --project tests/Idp.Core.Tests -c Release -- --filter-class Idp.Core.Tests.Movement.MoveModelTests
        ```

        Without `IDP_MODEL=full` the worlds have smaller bounds (`Model/Worlds.cs`), and everything takes about a minute of one core.

        Every change of an ownership row is made by `core/Movement/OwnershipTransitions.cs`, the code that the stores run; each distinct
        (row, step) calls it once. The model supplies the rest: clients that commit in another order than they began, change logs as sets of
        writes, snapshots as sets of committed writes, movers and zombies whose batches and commits land late or never, crashes, and everybody
        who may fire a step late and again. Start with `Model/MoveModel.cs`.

        Not covered: replicas, tiers, failover, session tokens, several objects in one transaction, DDL and TRUNCATE, isolation levels,
        fairness (only dead ends are found), the bound of a freeze (clocks are free), epochs that clients carry, and unique or foreign keys.
        Copying in rounds, verification, pruning and batches have a world each and are not combined.

        The same protocol in TLA+, to be read by humans and checked by TLC, is in [docs/spec](../../../docs/spec/README.md).

        ## Worlds

        Each explored to the end. *Rows* are the distinct ownership rows, *calls* the calls of production code.

        | world | story | states | rows | calls | seconds | verdict |
        |---|---|---:|---:|---:|---:|---|

        """;

    private const string NamedIntroduction = """

        A chunk read *after* the snapshot that its round stored does no harm: drains go by state, so they set its key once more.

        ## Faults by name

        The faults that the protocol's description names, and where the table above finds each. Leftover streams of replicas are not
        modelled yet.

        | named | fault | world |
        |---|---|---|

        """;

    private const string FaultsIntroduction = """

        ## Seeded faults

        One guard taken out of the protocol (or two, where they back each other up), in the small bounds: states visited until the
        shortest violation, or all of them.

        | fault | world | states | found |
        |---|---|---:|---|

        """;
}
