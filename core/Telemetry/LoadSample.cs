namespace Idp.Core.Telemetry;

/// <summary>What one region's server was doing at one moment.</summary>
/// <param name="At">By its own clock.</param>
/// <param name="Sessions">Sessions of clients inside a statement, and the workers that help them; whoever asks is left out.</param>
/// <param name="Running">Those of them that waited for nothing: they had a CPU, or were ready for one.</param>
/// <param name="Connections">Of clients, idle ones too.</param>
/// <param name="Transactions">Ended since its statistics began.</param>
/// <param name="StatisticsReset">When any of them was last set to zero; null when none ever was.</param>
public readonly record struct LoadSample(
    DateTimeOffset At,
    int Sessions,
    int Running,
    int Connections,
    int MaxConnections,
    long Transactions,
    DateTimeOffset? StatisticsReset);
