using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Placement;

/// <summary>Puts one object's verdict into words and numbers.</summary>
internal sealed class ProposalWriter(PlacementOptions options, Market market, PlacementSubject subject, Scores scores)
{
    public Proposal Write(string controller, Verdict verdict)
    {
        var (from, to) = (verdict.From, verdict.To);
        var isMove = from != to;
        var moveUsd = market.MoveUsd(subject, from);
        var runnerUp = scores.Best(except: to);
        var margin = runnerUp is { } second ? scores.RunningUsd(second) - scores.RunningUsd(to) : 0;
        var proposal = new Proposal(
            controller,
            subject.Object,
            isMove ? ProposalKind.Migrate : ProposalKind.Hold,
            subject.Primary,
            market[to],
            new PredictedEffect(scores.MeanMs[from], scores.MeanMs[to], Terms(from, from), Terms(to, from)),
            Wording.Money(verdict.ValueUsd),
            Wording.Money(isMove ? moveUsd : 0),
            isMove && verdict.ValueUsd > 0 ? TimeSpan.FromDays(Math.Min(moveUsd / verdict.ValueUsd, 36_500)) : null,
            Confidence(),
            verdict.IsForced,
            Candidates(from),
            runnerUp is { } region ? market[region] : null,
            Wording.Money(margin),
            runnerUp is { } rival ? Flip(to, rival, verdict.Bands) : "nothing: no other region is allowed",
            isMove ? MoveReason(verdict, moveUsd) : HoldReason(verdict));
        return verdict.Lead is { } lead ? Led(proposal, lead) : proposal;
    }

    // What a plan has compared are costs of weeks to come, not of demand as it has been.
    private static Proposal Led(Proposal proposal, PlannedLead lead) => proposal with
    {
        RunnerUp = lead.RunnerUp,
        MarginUsdPerDay = Wording.Money(lead.MarginUsdPerDay),
        Flip = lead.Flip,
        ReturnsAt = proposal.Kind is ProposalKind.Migrate ? lead.ReturnsAt : null,
    };

    // Own evidence against the prior: n operations of weight against those that a ledger needs.
    private double Confidence()
    {
        var operations = scores.OperationsPerDay * options.HalfLife.TotalDays / Math.Log(2);
        return operations > 0 ? operations / (operations + options.LedgerPriorOperations) : 0;
    }

    private CostTerms Terms(int at, int from) => new(
        Wording.Money(scores.LatencyUsd[at]),
        Wording.Money(scores.StorageUsd[at]),
        Wording.Money(scores.EgressUsd[at]),
        Wording.Money(at == from ? 0 : market.MoveUsd(subject, from) / options.PaybackHorizon.TotalDays));

    private ImmutableArray<CandidateScore> Candidates(int from) =>
    [
        .. Enumerable.Range(0, market.Count)
            .OrderByDescending(scores.IsAllowed)
            .ThenBy(scores.RunningUsd)
            .Select(at => new CandidateScore(market[at], scores.MeanMs[at], Terms(at, from), scores.ExcludedBecause[at])),
    ];

    private string MoveReason(Verdict verdict, double moveUsd)
    {
        var (from, to) = (verdict.From, verdict.To);
        if (verdict.IsForced)
        {
            return $"{market[from]} is excluded ({scores.ExcludedBecause[from]}); {market[to]} is the cheapest region allowed, mean {scores.MeanMs[to]:0} ms";
        }

        if (verdict.Lead is { } lead)
        {
            return $"ahead of demand: {lead.Reason}";
        }

        if (verdict.IsRetreat)
        {
            return $"following plans has not surely paid: its own ledger stands at {Wording.Usd(verdict.Trust.Usd)}, "
                + $"its dataset's at {Wording.Usd(verdict.Trust.DatasetUsd)}, less {options.LedgerStandardErrors:0.##} and {options.DatasetStandardErrors:0.##} standard errors; "
                + $"going home from {market[from]} to {market[to]} saves {Wording.Usd(verdict.ValueUsd)}/day against {Wording.Usd(moveUsd)} once";
        }

        return $"{Callers()}; moving from {market[from]} lowers the mean from {scores.MeanMs[from]:0} to {scores.MeanMs[to]:0} ms "
            + $"({Change(scores.MeanMs[from], scores.MeanMs[to])}), worth {Wording.Usd(verdict.ValueUsd)}/day against {Wording.Usd(moveUsd)} once";
    }

    private string HoldReason(Verdict verdict)
    {
        if (scores.OperationsPerDay <= 0 && verdict.HeldBecause is null)
        {
            return $"nobody uses it; stays in {market[verdict.From]}";
        }

        return verdict.HeldBecause is { } because
            ? $"stays in {market[verdict.From]} (mean {scores.MeanMs[verdict.From]:0} ms): {because}"
            : $"{Callers()}; {market[verdict.From]} is the cheapest region, mean {scores.MeanMs[verdict.From]:0} ms";
    }

    private string Callers()
    {
        var top = Array.IndexOf(scores.CallersPerDay, scores.CallersPerDay.Max());
        return $"{Share(scores.CallersPerDay[top], scores.OperationsPerDay)} of {Wording.PerDay(scores.OperationsPerDay)} accesses/day come from {market[top]}";
    }

    /// <returns>How many more accesses from the rival's region would pass the bands in its favour.</returns>
    public string Flip(int to, int rival, Bands bands)
    {
        // Callers in the rival's own region are those it serves best.
        var perOperation = market.OperationUsd(rival, to) - market.OperationUsd(rival, rival);
        if (perOperation <= 0)
        {
            return $"nothing: {market[rival]} serves no caller better than {market[to]}";
        }

        var today = scores.RunningUsd(to);
        var margin = scores.RunningUsd(rival) - today;
        var forGain = ((bands.MinGain * today) + margin)
            / (perOperation - (bands.MinGain * market.OperationUsd(rival, to)));
        var forPayback = ((bands.MinPayback * market.MoveUsd(subject, to) / bands.Horizon.TotalDays) + margin) / perOperation;
        var needed = Math.Max(forGain > 0 ? forGain : 0, forPayback);
        return needed > 0
            ? $"about {Wording.PerDay(needed)} more accesses/day from {market[rival]} would favour {market[rival]}"
            : $"{market[rival]} is already cheaper by {Wording.Usd(-margin)}/day; what holds the object is not its demand";
    }

    private static string Change(double before, double after) =>
        before > 0 ? $"{(after <= before ? "−" : "+")}{Share(Math.Abs(after - before), before)}" : "no change";

    private static string Share(double part, double whole) => $"{(whole > 0 ? part / whole * 100 : 0):0} %";
}
