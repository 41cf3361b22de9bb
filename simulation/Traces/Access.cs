using Idp.Core;

namespace Idp.Simulation.Traces;

/// <summary>One line of a trace: somebody somewhere touched something.</summary>
public readonly record struct Access(DateTimeOffset At, RegionId Region, string User, string Object, AccessKind Kind);
