using System.CommandLine;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

internal static class WhyCommand
{
    private static readonly Argument<string> Object = Arguments.Object();

    private static readonly Option<bool> Replay = new("--replay")
    {
        Description = "Decide again from what was recorded, and tell whether the decision is the same; exits with 1 if it is not",
    };

    public static Command Create() => new Command("why", "Explain where an object is: candidates, costs, what excluded each, what would flip it.")
        .With(Object, Replay)
        .WithExamples("idp why users/eu-1042", "idp why users/eu-1042 --json", "idp why users/eu-1042 --replay")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var id = Arguments.ParseObject(context.Value(Object));
        await using var plane = Plane.Open(context);
        var explanation = (await plane.Get<Explainer>().ExplainAsync(id, cancellationToken)).Demand();
        if (context.Value(Replay))
        {
            return await ReplayAsync(plane, explanation, context, cancellationToken);
        }

        context.Data.Write(explanation, Render);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> ReplayAsync(Plane plane, Explanation explanation, CommandContext context, CancellationToken cancellationToken)
    {
        if (explanation.DecisionId is not { } id)
        {
            throw CliException.NotFound($"{explanation.Object} is held since {Text.Moment(explanation.DecidedAt)}, and holds are recorded once an hour only: ask again after the next strategic loop.");
        }

        var replayed = (await plane.Get<Replayer>().ReplayAsync(id, cancellationToken)).Demand();
        context.Data.Write(replayed, RenderReplay);
        return replayed is { SameProposal: true, SameDecision: true } ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void RenderReplay(IAnsiConsole console, ReplayView replayed)
    {
        console.WriteText($"Decision {replayed.DecisionId} about {replayed.Object}: {replayed.Stored.Outcome}, {replayed.Stored.Reason}");
        console.WriteText(replayed switch
        {
            { SameProposal: true, SameDecision: true } => "Replayed: the same proposal and the same decision, byte for byte",
            { Again: { } again } => $"Replayed: {(replayed.SameProposal ? "the same proposal, another decision" : "another proposal")}: {again.Outcome}, {again.Reason}",
            _ => "Replayed: nothing is proposed for it any more",
        });
    }

    private static void Render(IAnsiConsole console, Explanation explanation)
    {
        var proposal = explanation.Proposal;
        var effect = proposal.Effect;
        console.WriteText(explanation.OpenMigration is { } open
            ? $"{explanation.Object} is in {explanation.Region}; {open} is under way (idp migration status {open})"
            : $"{explanation.Object} is in {explanation.Region}");
        console.WriteText($"{Headline(explanation)}: {explanation.Reason}");
        console.WriteText(string.Empty);
        console.WriteRows(
            [.. CandidateTable.Header, "EXCLUDED BECAUSE"],
            proposal.Candidates.Select(candidate => CandidateTable.Row(candidate) is [var region, .. var terms]
                ? (string[])[candidate.Region == proposal.To ? $"{region} *" : region, .. terms, candidate.ExcludedBecause ?? string.Empty]
                : []));
        console.WriteText(string.Empty);
        console.WriteText(proposal.RunnerUp is { } second
            ? $"Runner-up:        {second}, {Text.Usd(Math.Abs(proposal.MarginUsdPerDay))} USD/day {(proposal.MarginUsdPerDay < 0 ? "cheaper" : "dearer")} than {proposal.To}"
            : "Runner-up:        none");
        console.WriteText($"Would flip:       {proposal.Flip}");
        console.WriteText(
            $"Predicted effect: {Text.Ms(effect.MeanMsBefore)} ms → {Text.Ms(effect.MeanMsAfter)} ms, {Text.Usd(effect.GainUsdPerDay)} USD/day gained, " +
            $"once {Text.Usd(proposal.OneOffUsd)} USD, confidence {proposal.Confidence:P0}");
        if (proposal.ReturnsAt is { } returns)
        {
            console.WriteText($"Planned until:    {Text.Moment(returns)}, when the plan takes it back to {proposal.From}");
        }

        console.WriteText($"Policies:         revision {explanation.PolicyRevision[..12]}");
    }

    private static string Headline(Explanation explanation) => explanation.DecisionId is { } decision
        ? $"{explanation.Outcome}, decision {decision} of {Text.Moment(explanation.DecidedAt)}"
        : $"{explanation.Outcome}, tick of {Text.Moment(explanation.DecidedAt)}";
}
