using System.CommandLine;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core.Migrations;
using Idp.Storage;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

internal static class RegionCommands
{
    private static readonly Argument<string> Region = new("region") { Description = "A region", HelpName = "REGION" };

    public static Command Create() => new Command("region", "Regions that take nothing new.").With(
        new Command("open", "Let a drained region take objects again.").With(Region)
            .WithExamples("idp region open us-east-1").Runs(OpenAsync),
        new Command("drains", "Regions that take nothing new, each with who drained it and why.")
            .WithExamples("idp region drains --json").Runs(ListAsync))
        .WithExamples("idp region drains", "idp region open us-east-1");

    private static async Task<ExitCode> OpenAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var region = Arguments.ParseRegion(context.Value(Region));
        await using var plane = Plane.Open(context);
        var opened = (await plane.Get<EvacuationStarter>().OpenAsync(region, cancellationToken)).Demand();
        context.Data.Write(opened, (console, now) => console.WriteText(now.WasDrained ? $"{now.Region} takes objects again" : $"{now.Region} was open already"));
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var drains = await plane.Get<Catalog>().ListDrainsAsync(cancellationToken);
        context.Data.Write(new Page<RegionDrain>(drains, Next: null), (console, page) => console.WriteRows(
            ["REGION", "SINCE", "BY", "REASON"],
            page.Items.Select(drain => new[] { drain.Region.Value, Text.Moment(drain.Since), drain.By, drain.Reason })));
        return ExitCode.Ok;
    }
}
