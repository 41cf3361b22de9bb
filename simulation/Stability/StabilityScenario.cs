using System.Text.Json.Serialization;

namespace Idp.Simulation.Stability;

/// <summary>What tempts a plane to move more than it should.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StabilityScenario>))]
public enum StabilityScenario
{
    /// <summary>Nothing but noise.</summary>
    Static,

    /// <summary>Demand moves once, and stays.</summary>
    Step,

    /// <summary>Days around the world.</summary>
    Diurnal,

    /// <summary>All demand goes from region to region in turn.</summary>
    SquareWave,

    /// <summary>Days around the world, but on a third of the days a region's telemetry counts threefold.</summary>
    Bias,

    /// <summary>Demand moves once while regions keep falling silent, and a tenth of what they say comes late.</summary>
    TelemetryLoss,

    /// <summary>Days around the world, but half of the changes fail.</summary>
    FailingMoves,
}
