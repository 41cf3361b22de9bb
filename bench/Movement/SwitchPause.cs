using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Idp.Client;
using Idp.Core;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Bench.Movement;

/// <summary>How long clients that write all the time wait at a switch: the longest write of each move, as its caller saw it.</summary>
/// <remarks>Beside it stands the 99th percentile of the same clients' writes while nothing is handed over: what the machine itself makes them wait.</remarks>
internal sealed class SwitchPause(TimeSpan roundTrip)
{
    private const int Clients = 8;
    private const int Rows = 1_000;
    private const int Moves = 120;
    private const int WarmUpMoves = 6; // Connections are opened and code is compiled.

    // About 1,300 writes a second in all: a switch is measured, not the queue for two saturated processors.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentQueue<(long Started, long Ended)> _writes = new();

    public async Task AddAsync(Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        await using var stores = await TwoStores.StartAsync(roundTrip, cancellationToken);
        await stores.BearAsync("busy", Rows, cancellationToken);
        await using var client = new IdpDataSourceBuilder(TwoStores.Here)
            .AddRegion(TwoStores.Here, stores.ConnectionString(TwoStores.Here, TwoStores.Here))
            .AddRegion(TwoStores.There, stores.ConnectionString(TwoStores.There, TwoStores.Here))
            .Build();
        client.ApplyRoutes(new RoutingDocument(
            1, IsComplete: true, [new RoutingEntry(new ObjectId(TwoStores.Items, "busy"), TwoStores.Here, 1)], [new BirthRegion(TwoStores.Items, TwoStores.Here)]));
        await client.WarmUpAsync(cancellationToken: cancellationToken);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writers = Enumerable.Range(0, Clients).Select(number => Task.Run(() => WriteAsync(client, number, stop.Token), CancellationToken.None)).ToArray();
        var pauses = new List<double>();
        var frozen = new List<double>();
        var undisturbed = new List<double>();
        var (from, to) = (TwoStores.Here, TwoStores.There);
        for (var move = 0; move < WarmUpMoves + Moves; move++)
        {
            var mover = stores.Mover("busy", from, to, stores.NextMove(), new MoverOptions());
            await mover.StartAsync(cancellationToken);
            await mover.CopyAsync(_ => { }, cancellationToken);
            await mover.VerifyAsync(cancellationToken);
            var before = Stopwatch.GetTimestamp();
            frozen.Add((await mover.SwitchAsync(cancellationToken)).TotalMilliseconds);
            await mover.OpenAsync(cancellationToken);

            // Each writer finishes a write at the new place before the next move.
            await SettledAsync(Stopwatch.GetTimestamp(), cancellationToken);
            pauses.Add(_writes.Where(write => write.Ended >= before).Max(Milliseconds));
            undisturbed.AddRange(_writes.Where(write => write.Ended < before).Select(Milliseconds));
            _writes.Clear();
            await mover.CleanUpAsync(_ => { }, cancellationToken);
            (from, to) = (to, from);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        var suffix = roundTrip == TimeSpan.Zero ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"At{roundTrip.TotalMilliseconds}MsRoundTrip");
        pauses.RemoveRange(0, WarmUpMoves);
        frozen.RemoveRange(0, WarmUpMoves);
        figures["cutoverPauseP50Ms" + suffix] = Quantile(pauses, 0.50);
        figures["cutoverPauseP99Ms" + suffix] = Quantile(pauses, 0.99);
        figures["cutoverPauseMaxMs" + suffix] = pauses.Max();
        figures["frozenP50Ms" + suffix] = Quantile(frozen, 0.50);
        figures["frozenP99Ms" + suffix] = Quantile(frozen, 0.99);
        figures["undisturbedWriteP99Ms" + suffix] = Quantile(undisturbed, 0.99);
    }

    private async Task WriteAsync(IdpDataSource client, int number, CancellationToken cancellationToken)
    {
        for (var write = number; !cancellationToken.IsCancellationRequested; write += Clients)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await client.ExecuteAsync(TwoStores.Items, "busy", Operation.Write, async (connection, token) =>
                {
                    await using var command = connection.CreateCommand();
                    command.CommandText = "UPDATE item SET version = version + 1 WHERE tenant = 'busy' AND id = $1";
                    command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (write % Rows) + 1 });
                    await command.ExecuteNonQueryAsync(token);
                }, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _writes.Enqueue((started, Stopwatch.GetTimestamp()));
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private static double Milliseconds((long Started, long Ended) write) => Stopwatch.GetElapsedTime(write.Started, write.Ended).TotalMilliseconds;

    private async Task SettledAsync(long after, CancellationToken cancellationToken)
    {
        while (_writes.Count(write => write.Started >= after) < Clients)
        {
            await Task.Delay(5, cancellationToken);
        }
    }

    private static double Quantile(List<double> values, double quantile) => values.Order().ElementAt((int)Math.Ceiling(quantile * values.Count) - 1);
}
