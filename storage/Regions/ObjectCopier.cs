using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>Keeps a target's copy of one object equal to its source, step by step (docs/decisions/0015).</summary>
/// <remarks>
/// After every step the target's copied rows equal the source at the one snapshot that is stored with them. A small step reads
/// the changes new to the stream and a few rows never copied, in one snapshot, and applies both in one transaction. The rows of a
/// large table come in rounds: changes first, then chunks side by side, all of one snapshot.
/// Not for use by two threads at once; two copiers of one stream are fine.
/// </remarks>
public sealed class ObjectCopier
{
    private readonly RegionStore _source;
    private readonly RegionStore _target;
    private readonly AdoptedDataset _dataset;
    private readonly ObjectId _id;
    private readonly Subscriber _stream;
    private readonly ImmutableArray<TableSql> _tables;
    private readonly SourceReader _reader;
    private readonly TargetWriter _writer;
    private readonly CopyRound _round;
    private readonly MoverOptions _options;
    private StreamProgress? _known;
    private (KeyOrder Source, KeyOrder Target)? _order;

    /// <param name="mayLand">Decides, under the target's row lock, whether the attempt's batches are still welcome.</param>
    public ObjectCopier(
        RegionStore source, RegionStore target, AdoptedDataset dataset, ObjectId id, MoveAttempt attempt, Func<Ownership, bool> mayLand, MoverOptions options, TimeProvider clock)
    {
        (_source, _target, _dataset, _id, _stream, _options) = (source, target, dataset, id, attempt.Stream, options);
        _tables = [.. dataset.Tables.Select(table => new TableSql(dataset, table))];
        _reader = new SourceReader(source, _tables, id, options);
        _writer = new TargetWriter(target, dataset, id, _stream, mayLand, options);
        _round = new CopyRound(source, target, id, _reader, _writer, options, clock);
    }

    /// <summary>Takes one step of copy and drain.</summary>
    /// <exception cref="MoveRefusedException">The target no longer accepts this stream.</exception>
    public async Task<CopyReport> StepAsync(CancellationToken cancellationToken)
    {
        var before = await KnownAsync(cancellationToken);
        if (before.IsLoose)
        {
            return await TakeOverAsync(before, cancellationToken);
        }

        if (!before.IsCopied && before.CopiedKey is not null)
        {
            return await RoundAsync(before, cancellationToken);
        }

        return await SmallStepAsync(before, isClosed: false, cancellationToken);
    }

    /// <summary>The snapshot that the target has stored for the stream, at least; null when nothing landed yet.</summary>
    public async Task<string?> ReadDrainedAsync(CancellationToken cancellationToken)
    {
        var known = await KnownAsync(cancellationToken);
        _known = known;
        return known.Drained;
    }

    /// <summary>Takes a step, and deletes what of the change log was drained before it.</summary>
    /// <remarks>What this step drains is deleted after the next one: a copy that follows for weeks keeps a short log.</remarks>
    internal async Task<CopyReport> StepAndPruneAsync(CancellationToken cancellationToken)
    {
        var drained = await ReadDrainedAsync(cancellationToken);
        var report = await StepAsync(cancellationToken);
        if (drained is not null && report is { HasLanded: true, ChangedKeys: > 0 })
        {
            await ChangeLog.PruneAsync(_source, _id, _stream, drained, cancellationToken);
        }

        return report;
    }

    /// <summary>The planner's estimate of the object's rows in the source.</summary>
    internal Task<long> EstimateRowsAsync(CancellationToken cancellationToken) => _reader.EstimateRowsAsync(cancellationToken);

    /// <summary>Compares the next part of both copies at one snapshot.</summary>
    /// <param name="state">Where the comparison stands; null to go on from what the target has stored, or to begin.</param>
    /// <returns>Where it stands now; null when another batch landed first, or the copy is not whole.</returns>
    /// <exception cref="MoveVerificationException">The copies differ beyond repair.</exception>
    internal async Task<VerificationState?> VerifyStepAsync(VerificationState? state, TimeProvider clock, CancellationToken cancellationToken)
    {
        var before = await KnownAsync(cancellationToken);
        if (!before.IsCopied || before.IsLoose)
        {
            _known = before;
            await StepAsync(cancellationToken);
            return null;
        }

        state ??= VerificationState.Resume(before.Verification, _dataset, clock);
        var isLarge = before.RowCount > _options.RowsComparedWhole;
        var order = isLarge ? await OrderAsync(cancellationToken) : ((KeyOrder, KeyOrder)?)null;
        var verifier = new CopyVerifier(_source, _target, _dataset, _id, _stream, _tables, _reader, _writer, _options);
        var (after, verified) = await verifier.StepAsync(before, state, order, cancellationToken);
        if (after is null)
        {
            // Changes that get in each other's way are drained alone, with all that depends on them.
            await SmallStepAsync(await KnownAsync(cancellationToken), isClosed: true, cancellationToken);
            return null;
        }

        _known = verified is null ? null : after;
        return verified;
    }

    private async Task<CopyReport> SmallStepAsync(StreamProgress before, bool isClosed, CancellationToken cancellationToken)
    {
        // Conflicts are among rows that both stores know, so new rows can wait.
        var order = before.CopiedKey is null ? null : (await OrderAsync(cancellationToken)).Source;
        var batch = await _reader.ReadStepAsync(before, order, withNewRows: !isClosed && before.CopiedKey is null, isClosed, cancellationToken);
        await _source.Throttle.TakeAsync(batch.NewBytes, _options, cancellationToken);
        if (before.IsCopied && batch.ChangedKeys == 0)
        {
            _known = before;
            return Report(before, batch.ChangedKeys, hasLanded: true);
        }

        var after = before with
        {
            CopiedTable = batch.CopiedTable,
            CopiedKey = batch.CopiedKey,
            IsCopied = batch.CopiedTable >= _tables.Length,
            Drained = batch.Snapshot,
            RowCount = before.RowCount + batch.NewRows,
            SizeBytes = before.SizeBytes + batch.NewBytes,
        };

        // A conflict without changes has nothing to wait for: read again, it would be the same for ever.
        var isFinal = isClosed || batch.ChangedKeys == 0;
        return await _writer.LandAsync(before, after, batch.Tables, isFinal, cancellationToken) switch
        {
            TargetWriter.Landing.Landed => Landed(before, after, batch.ChangedKeys),
            TargetWriter.Landing.Conflicted => await SmallStepAsync(before, isClosed: true, cancellationToken),
            _ => Report(before, batch.ChangedKeys, hasLanded: false),
        };
    }

    private async Task<CopyReport> RoundAsync(StreamProgress before, CancellationToken cancellationToken)
    {
        var order = (await OrderAsync(cancellationToken)).Source;
        var result = await _round.RunAsync(before, _tables[before.CopiedTable], order, before.CopiedTable + 1 == _tables.Length, cancellationToken);
        return result.Landing switch
        {
            TargetWriter.Landing.Landed => Landed(result.Claimed, result.After, result.ChangedKeys),
            TargetWriter.Landing.Conflicted => await SmallStepAsync(before, isClosed: true, cancellationToken),
            _ => Report(before, result.ChangedKeys, hasLanded: false),
        };
    }

    private async Task<CopyReport> TakeOverAsync(StreamProgress before, CancellationToken cancellationToken)
    {
        // Where the stores order the table's keys alike, what lies beyond the checkpoint is known; else the table begins anew.
        var (there, here) = await OrderAsync(cancellationToken);
        var table = _tables[before.CopiedTable];
        var after = before with { IsLoose = false, CopiedKey = there.IsSameAs(here, _dataset, table.Table) ? before.CopiedKey : null };
        return await _writer.TakeOverAsync(before, after, table.DeleteBeyond(after.CopiedKey), cancellationToken)
            ? Landed(before, after, 0)
            : Report(before, 0, hasLanded: false);
    }

    // What landed last is still the newest, unless somebody else works on the stream too: then the compare-and-set fails.
    private async Task<StreamProgress> KnownAsync(CancellationToken cancellationToken)
    {
        var known = _known ?? await StreamProgress.ReadAsync(_target.Data, _id, _stream, cancellationToken)
            ?? throw new MoveRefusedException($"stream {_stream} of {_id} has no progress in {_target.Region}: it was not started there, or has ended");
        _known = null;
        return known;
    }

    private async Task<(KeyOrder Source, KeyOrder Target)> OrderAsync(CancellationToken cancellationToken)
    {
        if (_order is null)
        {
            var there = KeyOrder.ReadAsync(_source.Data, _dataset, cancellationToken);
            var here = KeyOrder.ReadAsync(_target.Data, _dataset, cancellationToken);
            _order = (await there, await here);
        }

        return _order.Value;
    }

    private CopyReport Landed(StreamProgress before, StreamProgress after, int changedKeys)
    {
        _known = after with { Version = before.Version + 1 };
        return Report(after, changedKeys, hasLanded: true);
    }

    private static CopyReport Report(StreamProgress progress, int changedKeys, bool hasLanded) =>
        new(hasLanded, progress.IsCopied && !progress.IsLoose, changedKeys, progress.Drained, progress.RowCount, progress.SizeBytes);
}
