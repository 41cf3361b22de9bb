using System.CommandLine;
using System.Globalization;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core;
using Idp.Core.Migrations;

namespace Idp.Cli.Commands;

internal static class MigrateCommand
{
    private static readonly Argument<string> Object = Arguments.Object();

    private static readonly Option<string> To = new("--to") { Description = "The region to move to", HelpName = "REGION", Required = true };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why; kept with the migration", HelpName = "TEXT", Required = true };

    private static readonly Option<bool> Approval = new("--approval") { Description = "Touch nothing before an operator approves" };

    private static readonly Option<int> Priority = new("--priority")
    {
        Description = "From 1, the most urgent, to 5: who goes first when slots are short",
        HelpName = "N",
        DefaultValueFactory = _ => MigrationRequest.DefaultPriority,
    };

    private static readonly Option<bool> Wait = new("--wait") { Description = "Return when the object has moved, or when the migration has ended" };

    public static Command Create() => new Command("migrate", "Move one object to another region, while it is in use.")
        .With(Object, To, Reason, Approval, Priority, Wait)
        .WithExamples(
            "idp migrate users/eu-1042 --to eu-west-1 --reason \"moved to Dublin\" --wait",
            "idp migrate users/eu-1042 --to us-east-1 --reason CHG-42 --approval")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var id = Arguments.ParseObject(context.Value(Object));
        if (!RegionId.TryParse(context.Value(To), CultureInfo.InvariantCulture, out var target))
        {
            throw CliException.Usage($"'{context.Value(To)}' is not a region name.");
        }

        await using var plane = Plane.Open(context);
        var request = new MigrationRequest(
            MigrationStarter.NewId(), id, target, context.Operator, context.Value(Reason)!, DecisionId: null, context.Value(Approval), context.Value(Priority));
        var started = (await plane.Get<MigrationStarter>().StartAsync(request, cancellationToken)).Demand();
        await context.Error.WriteLineAsync($"idp: {started.MigrationId} moves {id} to {target}{(started.TemporalUi is { } page ? $", see {page}" : string.Empty)}");
        if (!context.Value(Wait))
        {
            context.Data.Write(started, (console, start) => console.WriteText(start.MigrationId.Value));
            return ExitCode.Ok;
        }

        var ended = await new MigrationWatch(plane, context.Error).WaitAsync(request, cancellationToken);
        context.Data.Write(ended, MigrationCommands.Render);
        return ended.Migration.Phase switch
        {
            MigrationPhase.RolledBack => ExitCode.Refused,
            MigrationPhase.Failed => ExitCode.Failed,
            _ => ExitCode.Ok,
        };
    }
}
