using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Advise.Traces;
using Idp.Core;

namespace Idp.Cli.Advise;

/// <summary>A log with all that is needed to evaluate it.</summary>
/// <param name="Home">As the command line says; null to find out.</param>
/// <param name="Facts">What was taken from where, in words.</param>
internal sealed record LoadedLog(DemandLog Log, Market Market, Assumptions Assumptions, Rules Rules, RegionId? Home, ImmutableArray<string> Facts);
