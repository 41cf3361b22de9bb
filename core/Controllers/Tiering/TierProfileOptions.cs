using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Controllers.Tiering;

/// <summary>How one tier behaves, besides its prices.</summary>
public sealed class TierProfileOptions
{
    /// <summary>What an access waits for the tier itself.</summary>
    /// <value>Milliseconds. From 0 to 86,400,000 (a day).</value>
    [Range(0.0, 86_400_000.0)]
    public double RecallMs { get; set; }

    /// <summary>Bytes stored for each byte of rows.</summary>
    /// <value>Default 1. From 0.01 to 10.</value>
    [Range(0.01, 10.0)]
    public double SizeRatio { get; set; } = 1;
}
