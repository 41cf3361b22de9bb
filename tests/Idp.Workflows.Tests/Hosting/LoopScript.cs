using System.Collections.Immutable;
using Idp.Core.Migrations;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>How sensors, controllers and the arbiter answer one turn of a loop.</summary>
internal sealed class LoopScript : Script
{
    public ImmutableArray<MigrationRequest> Start { get; set; } = [];

    public ImmutableArray<MigrationRequest> Orphans { get; set; } = [];
}
