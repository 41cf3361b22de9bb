using CsCheck;
using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions.Properties;

/// <summary>Whatever the schema, the writes and the crashes: at the end the target has what the source had.</summary>
/// <remarks><c>CsCheck_Iter=1000</c> runs more; a failure prints the seed that repeats it.</remarks>
public sealed class CopyPropertyTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private static int _made;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Move_AnySchemaWritesAndCrashes_TargetEqualsSource() =>
        CopyScenario.Gen().SampleAsync(RunAsync, iter: Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? 15 : -1, threads: 1);

    private async Task RunAsync(CopyScenario scenario)
    {
        var name = $"rs{Interlocked.Increment(ref _made)}";
        var world = await CopyWorld.MakeAsync(regions, scenario, name, Token);
        for (var number = 0; number < 12; number++)
        {
            await world.WriteAsync(East, OwnershipTransitions.BirthEpoch, 6);
        }

        var attempt = regions.NextMove();
        await world.Mover(East, West, attempt).StartAsync(Token);
        await ActAsync(world, scenario, attempt);
        await FinishAsync(world, East, West, attempt);

        // And back: what the new owner's clients write is drained into the old copy.
        await world.WriteAsync(West, attempt.Epoch, 8);
        await world.Mover(East, West, attempt).FollowAsync(Token);
        await world.WriteAsync(West, attempt.Epoch, 8);
        var undo = regions.NextUndo(attempt);
        await world.Mover(West, East, undo).StartAsync(Token);
        await world.WriteAsync(West, attempt.Epoch, 4);
        await FinishAsync(world, West, East, undo);
    }

    private static async Task ActAsync(CopyWorld world, CopyScenario scenario, MoveAttempt attempt)
    {
        var first = world.Copier(East, West, attempt);
        var second = world.Copier(East, West, attempt);
        VerificationState? verified = null;
        foreach (var (index, act) in scenario.Acts.Index())
        {
            switch (act)
            {
                case CopyScenario.Act.Write:
                    await world.WriteAsync(East, OwnershipTransitions.BirthEpoch, 4);
                    break;
                case CopyScenario.Act.WriteTwice:
                    await world.WriteAsync(East, OwnershipTransitions.BirthEpoch, 3);
                    await world.WriteAsync(East, OwnershipTransitions.BirthEpoch, 3);
                    break;
                case CopyScenario.Act.Step:
                    await first.StepAsync(Token);
                    break;
                case CopyScenario.Act.StepOfAnother:
                    await second.StepAsync(Token);
                    break;
                case CopyScenario.Act.VerifyStep:
                    verified = await first.VerifyStepAsync(verified is { IsDone: false } ? verified : null, TimeProvider.System, Token);
                    break;
                default:
                    await AbandonAsync(world, act, attempt, second, landed: index % 3);
                    break;
            }
        }
    }

    private static async Task AbandonAsync(CopyWorld world, CopyScenario.Act act, MoveAttempt attempt, ObjectCopier successor, int landed)
    {
        await using var round = await world.AbandonAsync(East, West, attempt, landed);
        if (round is null)
        {
            return;
        }

        switch (act)
        {
            case CopyScenario.Act.CommitLate:
                if (await round.LandOneAsync(commit: false, Token))
                {
                    // The successor waits for the chunk in flight, which lands, and deletes it.
                    var takingOver = successor.StepAsync(Token);
                    await world.UntilBlockedAsync(West, takingOver);
                    await round.CommitAsync(Token);
                    await takingOver;
                }

                break;
            case CopyScenario.Act.GoOnLate:
                CopyReport taken;
                do
                {
                    taken = await successor.StepAsync(Token);
                }
                while (!taken.HasLanded);

                Assert.False(await round.LandOneAsync(commit: true, Token));
                break;
        }
    }

    private static async Task FinishAsync(CopyWorld world, RegionId from, RegionId to, MoveAttempt attempt)
    {
        // A mover that knows nothing of those before it.
        var mover = world.Mover(from, to, attempt);
        await mover.CopyAsync(_ => { }, Token);
        var verified = await mover.VerifyAsync(Token);
        await mover.SwitchAsync(Token);
        await mover.OpenAsync(Token);

        var (expected, found) = (await world.DumpAsync(from), await world.DumpAsync(to));
        Assert.Equal(expected, found);
        Assert.True(verified.RepairedKeys == 0, $"the copy was wrong before it was compared: {string.Join(", ", verified.RepairedSample)}");
    }
}
