using System.Collections.Immutable;
using Idp.Cli.Checks;
using Idp.Core.Migrations;
using Idp.Storage;

namespace Idp.Cli.Commands;

/// <summary>What <c>idp status</c> shows.</summary>
/// <param name="LastTick">Null when no loop ran yet, or when Temporal does not answer.</param>
internal sealed record StatusView(ImmutableArray<CheckResult> Checks, LastTick? LastTick, ImmutableArray<MigrationRecord> OpenMigrations, ImmutableArray<AlertRecord> Alerts);
