using Idp.Cli.Demo;

namespace Idp.EndToEnd.Tests;

/// <summary>A plane on which migrations fail, park and are refused.</summary>
public sealed class FailurePlaneFixture : LocalPlaneFixture
{
    public const long LargeRows = 100_000;

    protected override string QuarantineFor => "1.00:00:00";

    /// <summary>Long enough to decide in, short enough to wait for.</summary>
    protected override string ParkTimeout => "00:00:40";

    protected override async Task FillAsync()
    {
        await DemoWorld.FillAsync(Plane, East, ["parked", "expired", "similar"], 60, CancellationToken.None);
        await DemoWorld.FillAsync(Plane, East, ["paused", "killed"], (int)LargeRows, CancellationToken.None);
    }
}
