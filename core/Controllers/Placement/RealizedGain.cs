namespace Idp.Core.Controllers.Placement;

/// <summary>What a plan has earned so far.</summary>
/// <param name="Usd">Saved by the plan's region against home, its moves paid, in US dollars; negative when it cost.</param>
/// <param name="Operations">How many operations were served while the plan and home differed.</param>
public readonly record struct RealizedGain(double Usd, double Operations)
{
    public static RealizedGain operator +(RealizedGain left, RealizedGain right) => Add(left, right);

    public static RealizedGain Add(RealizedGain left, RealizedGain right) =>
        new(left.Usd + right.Usd, left.Operations + right.Operations);
}
