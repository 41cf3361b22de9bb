using Idp.Core.Tests.Movement.Model;

namespace Idp.Core.Tests.Movement;

public sealed class MoveModelTests(ITestOutputHelper output)
{
    public static TheoryData<string> Worlds => [.. Model.Worlds.All.Select(world => world.Name)];

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Protocol_InEveryStateOfAWorld_KeepsItsPromises(string name)
    {
        var explorer = new Explorer(Model.Worlds.Named(name), new RowSteps());
        var verdict = explorer.Run();

        output.WriteLine($"{name} {verdict} {verdict.Elapsed.TotalSeconds:F1} s, {explorer.Rows.RowCount} rows, {explorer.Rows.CallCount} calls, moved {explorer.Moved:b}, voided {explorer.Voided:b}");
        Assert.True(verdict.Violation is null, verdict.ToString());
    }
}
