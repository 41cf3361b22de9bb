using System.Globalization;
using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>One object between two regions, one mover that will crash, and those who recover.</summary>
internal sealed class CrashScene : IAsyncDisposable
{
    private const int Rows = 12;

    private static readonly TimeSpan FreezeLimit = TimeSpan.FromMinutes(1);

    private readonly TwoRegions _regions;
    private readonly CrashStory _story;
    private readonly ObjectId _id;
    private readonly MoverOptions _options;
    private readonly RelayedRegions _relayed;
    private readonly Dictionary<RegionId, Ownership> _seen = [];
    private readonly Dictionary<RegionId, Ownership> _former = [];
    private MoveAttempt _moved;
    private MoveAttempt _attempt;
    private RegionId _from = East;
    private RegionId _to = West;
    private RegionId _owner = East;
    private long _ownerEpoch;
    private Task _meanwhile = Task.CompletedTask;

    public CrashScene(TwoRegions regions, CrashStory story, string key, MoverOptions options, CancellationToken token)
    {
        (_regions, _story, _options, Token) = (regions, story, options, token);
        _id = new ObjectId(Users, key);
        Client = new LedgerClient(regions, _id, Rows);
        _relayed = new RelayedRegions(regions);
    }

    public CancellationToken Token { get; }

    public CrashRelay Relay => _relayed.Relay;

    public LedgerClient Client { get; }

    /// <summary>The mover that will crash; for an undo, the same attempt backwards.</summary>
    public ObjectMover Mover { get; private set; } = null!;

    public async Task PrepareAsync()
    {
        await _regions.BearAsync(_id, Rows);
        _attempt = _regions.NextMove();
        if (_story.Prepare is { } prepare)
        {
            await prepare(this);
        }

        Mover = new ObjectMover(
            _relayed.Store(_from), _relayed.Store(_to), _regions.Dataset, _id, _attempt, _options, TimeProvider.System, new Random(7));

        await _relayed.ConnectAsync(Token);
        await RememberAsync();
        foreach (var (region, row) in _seen)
        {
            _former[region] = row;
        }
    }

    /// <summary>A whole move, still in grace; what follows takes it back.</summary>
    public async Task PrepareUndoAsync()
    {
        _moved = _attempt;
        var mover = _regions.Mover(_id, East, West, _moved);
        await CompleteAsync(mover);
        await Client.WriteAsync(Token);
        await mover.FollowAsync(Token);
        _attempt = _regions.NextUndo(_moved);
        (_from, _to) = (West, East);
    }

    public async Task FreezeAsync()
    {
        var frozen = await _relayed.Store(_from).FreezeAsync(_id, _attempt, nonce: 77, FreezeLimit, FreezeLimit, Token);
        Assert.True(frozen.IsAccepted || Relay.Fired.IsCompleted, frozen.Refusal);
    }

    /// <summary>The steps of the mover that will crash.</summary>
    /// <param name="goesOn">A zombie goes on, once it may, whatever it was told; else the first failure is the crash.</param>
    public async Task ActAsync(bool goesOn)
    {
        foreach (var step in _story.Steps(this))
        {
            // A frozen object waits for the mover, so the client does as well.
            if (!Relay.Fired.IsCompleted && !await IsFrozenAsync())
            {
                await Client.WriteAsync(Token);
            }

            try
            {
                if (!await step())
                {
                    return;
                }
            }
            catch (Exception failure) when (Relay.Fired.IsCompleted && failure is NpgsqlException or MoveRefusedException or IOException or ObjectDisposedException)
            {
                if (!goesOn)
                {
                    return;
                }

                await Relay.Released;
            }
        }
    }

    /// <summary>What every saga does after its switch, however that ended.</summary>
    /// <returns>Whether the object has moved, so that there is more to do.</returns>
    public async Task<bool> ResolveAsync()
    {
        if (await Mover.ResolveAsync(Token) is MoveOutcome.Moved)
        {
            return true;
        }

        await Mover.UndoAsync(Token);
        return false;
    }

    /// <summary>A client's write that began with the crash: it ends when recovery has opened the object again.</summary>
    public Task WriteMeanwhileAsync() => _meanwhile = Client.WriteAsync(Token);

    public Task RecoverAsync() => _story.Recover(this);

    /// <summary>What a reconciler does with a move that nobody drives any more.</summary>
    public async Task SettleAsync()
    {
        var mover = _regions.Mover(_id, _from, _to, _attempt);
        if (await ReadOutcomeAsync(mover) is MoveOutcome.Voided)
        {
            await GiveUpAsync(mover);
            return;
        }

        await mover.OpenAsync(Token);
        if ((await _regions.Store(_from).ReadAsync(_id, Token)).StreamFrom == _attempt.Epoch)
        {
            await AssertFollowsAsync(mover, _from);
        }

        await mover.CleanUpAsync(_ => { }, Token);
    }

    /// <summary>As <see cref="SettleAsync"/>, and then back to the first owner if the object has left it.</summary>
    public async Task SettleAndRevertAsync()
    {
        var mover = _regions.Mover(_id, _from, _to, _attempt);
        var isMoved = await ReadOutcomeAsync(mover) is MoveOutcome.Moved;
        if (isMoved)
        {
            await mover.OpenAsync(Token);
        }
        else
        {
            await GiveUpAsync(mover);
        }

        // An undo that was given up has left the grace period of its move as it was.
        var moved = _attempt.Kind is MoveKind.Undo ? _moved : _attempt;
        if (isMoved || _attempt.Kind is MoveKind.Undo)
        {
            await AssertFollowsAsync(_regions.Mover(_id, East, West, moved), East);
            var back = _regions.Mover(_id, West, East, _regions.NextUndo(moved));
            await CompleteAsync(back);
            await back.CleanUpAsync(_ => { }, Token);
            _owner = East;
        }
    }

    public async Task SettleUndoAsync()
    {
        var undo = _regions.Mover(_id, _from, _to, _attempt);
        if (await ReadOutcomeAsync(undo) is MoveOutcome.Moved)
        {
            await undo.OpenAsync(Token);
            await undo.CleanUpAsync(_ => { }, Token);
            return;
        }

        await GiveUpAsync(undo);
        var move = _regions.Mover(_id, East, West, _moved);
        await AssertFollowsAsync(move, East);
        await move.CleanUpAsync(_ => { }, Token);
    }

    /// <summary>What a second run of the saga's activities does: the same attempt from its first step.</summary>
    public async Task RepeatAsync()
    {
        var refusal = "none";
        try
        {
            await CompleteAsync(_regions.Mover(_id, _from, _to, _attempt));
        }
        catch (MoveRefusedException refused)
        {
            // It was committed already; the outcome tells.
            refusal = refused.Message;
        }

        await SettleAsync();
        Assert.True(_owner == _to, $"the repeated attempt was refused: {refusal}");
    }

    /// <summary>A move by others, which the zombie meets half-way.</summary>
    public async Task<Func<Task>> BeginAnotherAsync()
    {
        var to = _owner == East ? West : East;
        var mover = _regions.Mover(_id, _owner, to, _regions.NextMove());
        await mover.StartAsync(Token);
        await mover.CopyAsync(_ => { }, Token);
        return async () =>
        {
            await mover.CopyAsync(_ => { }, Token);
            await mover.VerifyAsync(Token);
            await mover.SwitchAsync(Token);
            await mover.OpenAsync(Token);
            await Client.WriteAsync(Token);
            await mover.CleanUpAsync(_ => { }, Token);
            _owner = to;
        };
    }

    /// <summary>Exactly the former or exactly the new state, and nothing left of the way there.</summary>
    public async Task AssertSettledAsync()
    {
        await RememberAsync();
        var other = _owner == East ? West : East;
        var owner = await _regions.Store(_owner).ReadAsync(_id, Token);
        var left = await _regions.Store(other).ReadAsync(_id, Token);
        Assert.Equal((OwnershipState.Owned, 0L, 0L), (owner.State, owner.MoveEpoch, owner.FreezeNonce));
        Assert.Empty(owner.Subscribers);
        Assert.True(left.State is OwnershipState.Absent or OwnershipState.Fenced || (left.State is OwnershipState.Moved && left.ForwardTo == _owner), left.ToString());
        Assert.Equal((0L, 0L), (left.MoveEpoch, left.StreamFrom));
        Assert.Empty(left.Subscribers);
        Assert.Equal(Client.Expected, await Client.HeldAsync(_owner));
        Assert.Equal("|", await Client.HeldAsync(other));
        foreach (var region in new[] { East, West })
        {
            Assert.Equal("changes 0, progress 0", await _regions.AskAsync<string>(region, string.Create(CultureInfo.InvariantCulture, $"""
                SELECT 'changes ' || (SELECT count(*) FROM idp.change WHERE object = '{_id.Key}') || ', progress ' || (SELECT count(*) FROM idp.progress WHERE object = '{_id.Key}')
                """)));
        }
    }

    /// <summary>Epochs never go back, in no row and from no owner to the next.</summary>
    public async Task RememberAsync()
    {
        foreach (var region in new[] { East, West })
        {
            var row = await _regions.Store(region).ReadAsync(_id, Token);
            var before = _seen.GetValueOrDefault(region);
            Assert.True(row.AttemptEpoch >= before.AttemptEpoch && row.OwnerEpoch >= before.OwnerEpoch, $"{region}: {before} became {row}");
            if (row.State is OwnershipState.Owned or OwnershipState.Frozen)
            {
                Assert.True(row.OwnerEpoch >= _ownerEpoch, $"{region} owns with {row.OwnerEpoch} after {_ownerEpoch}");
                _ownerEpoch = row.OwnerEpoch;
            }

            _seen[region] = row;
        }
    }

    public ValueTask DisposeAsync() => _relayed.DisposeAsync();

    private async Task<MoveOutcome> ReadOutcomeAsync(ObjectMover mover)
    {
        var outcome = await mover.ResolveAsync(Token);
        Assert.Equal(outcome, await mover.ResolveAsync(Token));
        _owner = outcome is MoveOutcome.Moved ? _to : _from;
        return outcome;
    }

    /// <summary>Both rows become what they were; only the attempt's epoch is spent.</summary>
    private async Task GiveUpAsync(ObjectMover mover)
    {
        await mover.UndoAsync(Token);
        foreach (var (region, former) in _former)
        {
            var row = await _regions.Store(region).ReadAsync(_id, Token);
            Assert.True(row.AttemptEpoch >= _attempt.Epoch || row.State is OwnershipState.Absent, row.ToString());
            var isFenced = former.State is OwnershipState.Absent && row.State is OwnershipState.Fenced;
            Assert.Equal(former, row with { AttemptEpoch = former.AttemptEpoch, State = isFenced ? OwnershipState.Absent : row.State });
        }
    }

    private async Task AssertFollowsAsync(ObjectMover mover, RegionId oldOwner)
    {
        await _meanwhile;
        await Client.WriteAsync(Token);
        await mover.FollowAsync(Token);
        Assert.Equal(Client.Expected, await Client.HeldAsync(oldOwner));
    }

    private async Task CompleteAsync(ObjectMover mover)
    {
        await mover.StartAsync(Token);
        await mover.CopyAsync(_ => { }, Token);
        await mover.VerifyAsync(Token);
        await mover.SwitchAsync(Token);
        await mover.OpenAsync(Token);
    }

    private async Task<bool> IsFrozenAsync() =>
        (await _regions.Store(_from).ReadAsync(_id, Token)).State is OwnershipState.Frozen;
}
