using System.Globalization;
using Idp.Cli.Demo;

namespace Idp.EndToEnd.Tests;

/// <summary>A plane whose sixty small objects are all in one region.</summary>
public sealed class EvacuationPlaneFixture : LocalPlaneFixture
{
    public const int Objects = 60;
    public const int Rows = 10;

    protected override Task FillAsync() => DemoWorld.FillAsync(Plane, East, [.. Enumerable.Range(0, Objects).Select(Key)], Rows, CancellationToken.None);

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"u-{number:000}");
}
