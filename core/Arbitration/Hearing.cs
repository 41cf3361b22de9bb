using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>Hears one run's proposals, most urgent first; what it grants is not there for the next.</summary>
internal sealed class Hearing
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ArbiterOptions _options;
    private readonly ArbiterContext _context;
    private readonly BreakerState _breaker;
    private readonly History _history;
    private readonly Slots _slots;
    private readonly Wallet _wallet;
    private readonly Dictionary<(ObjectId, ProposalKind, RegionId), string> _denials;
    private readonly Dictionary<ObjectId, MovedObject> _moved;
    private readonly HashSet<ObjectId> _changing;
    private readonly Dictionary<ObjectId, Proposal> _claimed = [];
    private bool _hasProbed;

    public Hearing(ArbiterOptions options, ArbiterContext context, BreakerState breaker, History history)
    {
        _options = options;
        _context = context;
        _breaker = breaker;
        _history = history;
        _slots = new Slots(options, context);
        _wallet = new Wallet(context.Spending);
        _denials = context.Denials.DistinctBy(denial => (denial.Object, denial.Kind, denial.To)).ToDictionary(denial => (denial.Object, denial.Kind, denial.To), denial => denial.Because);
        _moved = context.Moved.ToDictionary(moved => moved.Object);
        _changing = [.. context.OpenChanges.Select(change => change.Object)];
        _hasProbed = Breaker.HasProbed(breaker, context.Recent);
    }

    public Decision Judge(Proposal proposal)
    {
        if (_denials.TryGetValue((proposal.Object, proposal.Kind, proposal.To), out var rule))
        {
            return As(DecisionOutcome.Denied, proposal, $"{rule}; {Wording(proposal)} may not happen");
        }

        var mode = _context.Modes.GetValueOrDefault(proposal.Object.Dataset, OperatingMode.Observe);
        if (WhyNot(proposal, mode) is { } because)
        {
            return As(DecisionOutcome.Deferred, proposal, because);
        }

        _hasProbed |= !proposal.IsForced;
        return As(DecisionOutcome.Migrate, proposal, proposal.Reason) with { NeedsApproval = mode is OperatingMode.Approve };
    }

    public static Decision As(DecisionOutcome outcome, Proposal proposal, string reason) =>
        new(proposal, outcome, reason, Priority: 0, proposal.ValueUsdPerDay, NeedsApproval: false);

    private string? WhyNot(Proposal proposal, OperatingMode mode) =>
        Stopped(proposal, mode)
        ?? Busy(proposal)
        ?? (proposal.IsForced ? null : Unsettled(proposal))
        ?? Contested(proposal)
        ?? _slots.TryTake(proposal.From, proposal.To);

    private string? Stopped(Proposal proposal, OperatingMode mode) =>
        _context.PausedBecause is { } note ? $"automation is paused: {note}"
        : mode is OperatingMode.Observe or OperatingMode.Advise ? $"dataset {proposal.Object.Dataset} is in mode {mode}, which starts nothing"
        : !_context.Actuated.Contains(proposal.Kind) ? $"advice: nothing carries out {Wording(proposal)} yet"
        : _breaker.Phase is BreakerPhase.Open && !proposal.IsForced ? $"automation has stopped itself: {_breaker.Because}; one change is tried {_options.Breaker.OpenFor.TotalMinutes:0} min after {_breaker.Since:yyyy-MM-dd HH:mm}"
        : _breaker.Phase is BreakerPhase.HalfOpen && _hasProbed && !proposal.IsForced ? $"automation tries one change at a time: {_breaker.Because}"
        : null;

    private string? Busy(Proposal proposal) =>
        _changing.Contains(proposal.Object) ? "another change of the object is open"
        : _moved.TryGetValue(proposal.Object, out var moved) ? $"the object has changed since the snapshot: placement version {moved.Version}, proposed for {moved.SnapshotVersion}"
        : null;

    private string? Unsettled(Proposal proposal)
    {
        if (_history.LastReversal(proposal.Object, _options.ReversalsToFreeze) is { } reversal && _context.AsOf - reversal < Day)
        {
            return $"the object is frozen until {reversal + Day:yyyy-MM-dd HH:mm}: it has gone back and forth {_options.ReversalsToFreeze} times in 24 h";
        }

        return _history.Last(proposal.Object) is { } last && last.Controller != proposal.Controller && _context.AsOf - last.DecidedAt < _options.CoolDown
            ? $"the object settles from {last.Controller}'s change {(_context.AsOf - last.DecidedAt).TotalMinutes:0} min ago, cool-down {_options.CoolDown.TotalMinutes:0} min"
            : null;
    }

    // Who can be paid for claims the object, slots or not: two controllers must not both change it, and a lesser change must not overtake.
    private string? Contested(Proposal proposal)
    {
        if (_claimed.TryGetValue(proposal.Object, out var winner))
        {
            return $"{winner.Controller} has the object: {Wording(winner)}{(winner.IsForced ? " is forced" : $" is worth {Usd(winner)}/day against {Usd(proposal)}/day")}";
        }

        if (_wallet.TryPay(proposal) is { } unpaid)
        {
            return unpaid;
        }

        _claimed.Add(proposal.Object, proposal);
        return null;
    }

    private static string Wording(Proposal proposal) => proposal.Kind switch
    {
        ProposalKind.Migrate => $"the move from {proposal.From} to {proposal.To}",
        ProposalKind.ChangeTier => $"the change of tier from {proposal.Tier?.From} to {proposal.Tier?.To} in {proposal.From}",
        ProposalKind.AddReplica => $"the replica in {proposal.To}",
        ProposalKind.RemoveReplica => $"giving up the replica in {proposal.From}",
        _ => "holding",
    };

    private static string Usd(Proposal proposal) => $"${proposal.ValueUsdPerDay:0.######}";
}
