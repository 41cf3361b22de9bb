using System.CommandLine;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

internal static class WhyNotCommand
{
    private static readonly Argument<string> Object = Arguments.Object();

    private static readonly Argument<string> Region = new("region") { Description = "Where it is expected", HelpName = "REGION" };

    public static Command Create() => new Command("why-not", "Explain why an object is not in a region: what excludes it, or what it would cost, and what would bring it there.")
        .With(Object, Region)
        .WithExamples("idp why-not users/eu-1042 ap-northeast-1", "idp why-not users/eu-1042 ap-northeast-1 --json")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var id = Arguments.ParseObject(context.Value(Object));
        if (!RegionId.TryParse(context.Value(Region), null, out var region))
        {
            throw CliException.Usage($"'{context.Value(Region)}' is not the name of a region; 'idp get regions' lists them.");
        }

        await using var plane = Plane.Open(context);
        context.Data.Write((await plane.Get<Explainer>().ExplainWhyNotAsync(id, region, cancellationToken)).Demand(), Render);
        return ExitCode.Ok;
    }

    private static void Render(IAnsiConsole console, WhyNotView view)
    {
        console.WriteText($"{view.Object} is in {view.Current}. {view.Because}");
        console.WriteText(string.Empty);
        console.WriteRows(
            ["CANDIDATE", ">MEAN MS", ">LATENCY $/D", ">STORAGE $/D", ">EGRESS $/D", ">MOVE $/D", ">TOTAL $/D"],
            new[] { view.Chosen, view.Candidate }.DistinctBy(candidate => candidate.Region).Select(candidate => new[]
            {
                candidate.Region.Value,
                Text.Ms(candidate.MeanMs),
                Text.Usd(candidate.Cost.LatencyUsdPerDay),
                Text.Usd(candidate.Cost.StorageUsdPerDay),
                Text.Usd(candidate.Cost.EgressUsdPerDay),
                Text.Usd(candidate.Cost.MoveUsdPerDay),
                Text.Usd(candidate.Cost.TotalUsdPerDay),
            }));
        if (view.Flip is { } flip)
        {
            console.WriteText(string.Empty);
            console.WriteText($"Would flip: {flip}");
        }
    }
}
