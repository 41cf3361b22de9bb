using System.Collections.Immutable;
using Idp.Core.Migrations;

namespace Idp.Cli.Commands;

/// <summary>How a request for many objects ended.</summary>
/// <param name="Seconds">From the request to the last member's outcome.</param>
/// <param name="ObjectsPerSecond">Moved, over that time.</param>
/// <param name="Failures">Members that did not move, at most 100.</param>
internal sealed record BatchReport(
    int Objects, int Moved, int RolledBack, int Refused, double Seconds, double ObjectsPerSecond, ImmutableArray<BatchMember> Failures);
