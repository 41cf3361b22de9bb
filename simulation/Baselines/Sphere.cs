using Idp.Simulation.Worlds;

namespace Idp.Simulation.Baselines;

/// <summary>Points on the unit sphere.</summary>
internal static class Sphere
{
    public static (double X, double Y, double Z) Of(RegionFacts facts)
    {
        var (latitude, longitude) = (double.DegreesToRadians(facts.Latitude), double.DegreesToRadians(facts.Longitude));
        return (Math.Cos(latitude) * Math.Cos(longitude), Math.Cos(latitude) * Math.Sin(longitude), Math.Sin(latitude));
    }

    /// <returns>Radians along the great circle.</returns>
    public static double Angle((double X, double Y, double Z) a, (double X, double Y, double Z) b) =>
        Math.Acos(Math.Clamp((a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z), -1, 1));

    /// <returns>The point a share <paramref name="t"/> of the way along the great circle.</returns>
    public static (double X, double Y, double Z) Interpolate((double X, double Y, double Z) from, (double X, double Y, double Z) to, double t)
    {
        var angle = Angle(from, to);
        if (t >= 1 || angle < 1e-9)
        {
            return to;
        }

        var (a, b) = (Math.Sin((1 - t) * angle) / Math.Sin(angle), Math.Sin(t * angle) / Math.Sin(angle));
        return ((a * from.X) + (b * to.X), (a * from.Y) + (b * to.Y), (a * from.Z) + (b * to.Z));
    }
}
