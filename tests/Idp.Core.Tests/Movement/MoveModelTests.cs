using System.Runtime.CompilerServices;
using Idp.Core.Tests.Movement.Model;

namespace Idp.Core.Tests.Movement;

/// <summary>MOVEMENT.md, explored to the last state; README.md beside this file tells what was covered.</summary>
public sealed class MoveModelTests(ModelReport report) : IClassFixture<ModelReport>
{
    public static TheoryData<string> Worlds => [.. Model.Worlds.All.Select(world => world.Name)];

    public static TheoryData<string> Experiments => [.. Model.Experiments.All.Select(experiment => experiment.Name)];

    /// <summary>A rest of less than a word would not be compared, and states would vanish in silence.</summary>
    [Fact]
    public void ModelState_IsComparedWhole() =>
        Assert.Equal((ModelState.SizeBytes, 0), (Unsafe.SizeOf<ModelState>(), ModelState.SizeBytes % sizeof(ulong)));

    /// <summary>Each fault that the description names is found: alone, or as the pair that it names.</summary>
    [Fact]
    public void NamedFaults_EachHasAnExperimentThatMustFindIt() =>
        Assert.All(NamedFaults.All, named => Assert.True(Model.Experiments.Named(named.Experiment).IsFound, named.Name));

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Protocol_InEveryStateOfAWorld_KeepsItsPromises(string name)
    {
        var world = Model.Worlds.Named(name);
        var explorer = new Explorer(ModelReport.IsFull ? Model.Worlds.Deepened(world) : world, new RowSteps());

        var verdict = explorer.Run();

        report.Add(world, explorer, verdict);
        Assert.True(verdict.Violation is null, verdict.ToString());

        // A world where an attempt can neither commit nor be given up would promise nothing about it.
        Assert.Equal((1 << (world.AttemptCount + 1)) - 2, explorer.Moved);
        Assert.Equal(world.Voidable.Sum(attempt => 1 << attempt), explorer.Voided);
    }

    [Theory]
    [MemberData(nameof(Experiments))]
    public void SeededFault_IsFoundUnlessAnotherGuardCoversIt(string name)
    {
        var experiment = Model.Experiments.Named(name);

        var verdict = experiment.Prepare().Run();

        report.Add(experiment, verdict);
        Assert.True(verdict.Violation is not null == experiment.IsFound, verdict.ToString());
    }
}
