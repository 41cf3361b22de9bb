using System.Collections.Immutable;
using CsCheck;
using Idp.Storage.Regions;

namespace Idp.Storage.Tests.Regions.Properties;

/// <summary>One history of a move: a schema, its clients' writes, and what happens to its movers between them.</summary>
internal sealed record CopyScenario(RandomSchema Schema, int Seed, MoverOptions Options, ImmutableArray<CopyScenario.Act> Acts)
{
    public enum Act
    {
        Write,
        WriteTwice,

        /// <summary>The mover that began.</summary>
        Step,

        /// <summary>A second mover of the same attempt, which remembers what it saw when it last had a turn.</summary>
        StepOfAnother,

        /// <summary>A mover dies in the middle of a round: some chunks have landed.</summary>
        DieInARound,

        /// <summary>A mover is paused in the middle of a chunk; it commits while another takes over.</summary>
        CommitLate,

        /// <summary>A mover is paused between two chunks, and goes on after another took over.</summary>
        GoOnLate,
        VerifyStep,
    }

    public static Gen<CopyScenario> Gen() => CsCheck.Gen.Select(
        RandomSchema.Gen(),
        CsCheck.Gen.Int[0, 1_000_000],
        CsCheck.Gen.Select(CsCheck.Gen.Int[1, 6], CsCheck.Gen.Int[1, 8], CsCheck.Gen.Int[1, 3], CsCheck.Gen.Bool, CsCheck.Gen.Int[1, 12]),
        CsCheck.Gen.Enum<Act>().Array[4, 14]).Select((schema, seed, sizes, acts) => new CopyScenario(
            schema,
            seed,
            new MoverOptions
            {
                RowsPerStep = sizes.Item1,
                MaxChunkRows = sizes.Item2,
                ParallelChunks = sizes.Item3,
                RowsComparedWhole = sizes.Item4 ? 20_000 : 0,
                MaxComparedRows = sizes.Item5,
            },
            [.. acts]));

    public override string ToString() =>
        $"{Schema.CreateSql()}\nseed {Seed}, steps of {Options.RowsPerStep}, chunks of {Options.MaxChunkRows} side by side {Options.ParallelChunks}, compared {Options.RowsComparedWhole}/{Options.MaxComparedRows}: {string.Join(", ", Acts)}";
}
