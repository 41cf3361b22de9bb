namespace Idp.Core.Tests.Movement.Spec;

/// <summary>docs/spec/Move.tla, checked by TLC; and refuted by it with one guard switched off, so that it can fail.</summary>
public sealed class TlcTests
{
    public static TheoryData<string> Configurations => [.. ModelChecker.Configurations];

    // In CI one guard of each configuration: MoveModelTests finds every one of them there.
    public static IEnumerable<TheoryDataRow<string, string>> BrokenVariants => Environment.GetEnvironmentVariable("CI") == "true"
        ? AllBrokenVariants.DistinctBy(row => row.Data.Item1)
        : AllBrokenVariants;

    private static TheoryData<string, string> AllBrokenVariants => new()
    {
        { "Copy", "chunks check the version" },
        { "Copy", "chunks are read at the stored snapshot" },
        { "Copy", "the checkpoint waits for every chunk" },
        { "Copy", "a take-over waits for chunks in flight" },
        { "Copy", "a take-over deletes loose rows" },
        { "Copy", "progress is compared and set" },
        { "Copy", "clients are fenced" },
        { "Copy", "freeze and commit wait for transactions" },
        { "Copy", "the outcome is read" },
        { "Copy", "subscribers change under the lock" },
        { "Undo", "an undo needs its stream" },
        { "Undo", "grace ends in order" },
        { "Undo", "a void leaves its mark" },
        { "Back", "the target is wiped" },
        { "Back", "deletions ask the row" },
        { "Birth", "tombstones stay" },
        { "Again", "epochs are never reused" },
        { "Again", "the source starts first" },
        { "Again", "the log is kept for every subscriber" },
    };

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task Spec_EveryStateOfAConfiguration_KeepsThePromises(string configuration)
    {
        Assert.SkipWhen(ModelChecker.Jar is null || ModelChecker.Java is null, ModelChecker.Missing);

        var verdict = await ModelChecker.CheckAsync(configuration, broken: null, findsDeadEnds: true, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine($"{configuration}: {verdict.StateCount} distinct states");
        Assert.True(verdict.Holds, verdict.Printed);
        Assert.True(verdict.StateCount > 1_000, $"only {verdict.StateCount} states");
    }

    [Theory]
    [MemberData(nameof(BrokenVariants))]
    public async Task Spec_GuardSwitchedOff_IsRefuted(string configuration, string guard)
    {
        Assert.SkipWhen(ModelChecker.Jar is null || ModelChecker.Java is null, ModelChecker.Missing);

        var verdict = await ModelChecker.CheckAsync(configuration, guard, findsDeadEnds: false, TestContext.Current.CancellationToken);

        Assert.Matches("^(Invariant|Error: Invariant|Action property|Error: Action property).* is violated", verdict.Error ?? verdict.Printed);
    }
}
