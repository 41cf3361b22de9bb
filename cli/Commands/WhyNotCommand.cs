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
        var region = Arguments.ParseRegion(context.Value(Region));
        await using var plane = Plane.Open(context);
        context.Data.Write((await plane.Get<Explainer>().ExplainWhyNotAsync(id, region, cancellationToken)).Demand(), Render);
        return ExitCode.Ok;
    }

    private static void Render(IAnsiConsole console, WhyNotView view)
    {
        console.WriteText($"{view.Object} is in {view.Current}. {view.Because}");
        console.WriteText(string.Empty);
        console.WriteRows(
            CandidateTable.Header, new[] { view.Chosen, view.Candidate }.DistinctBy(candidate => candidate.Region).Select(CandidateTable.Row));
        if (view.Flip is { } flip)
        {
            console.WriteText(string.Empty);
            console.WriteText($"Would flip: {flip}");
        }
    }
}
