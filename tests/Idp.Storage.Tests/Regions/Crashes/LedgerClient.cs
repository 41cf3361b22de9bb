using System.Globalization;
using System.Text.Json;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>An application that follows the stores' own directions, and keeps its own ledger of what they acknowledged.</summary>
internal sealed class LedgerClient(TwoRegions regions, ObjectId id, int rows)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    private readonly SortedDictionary<int, long> _profile = new(Enumerable.Range(1, rows).ToDictionary(item => item, item => (long)item));
    private readonly SortedDictionary<(int Item, long Seq), string> _activity = new(Enumerable.Range(1, rows).ToDictionary(item => (item, 1L), _ => "first"));
    private RegionId _region = East;
    private long _epoch = OwnershipTransitions.BirthEpoch;
    private int _writes;

    /// <summary>What the owner must hold, to the last row.</summary>
    public string Expected => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(' ', _profile.Select(row => $"{row.Key}={row.Value}"))}|{string.Join(' ', _activity.Select(row => $"{row.Key.Item}.{row.Key.Seq}={row.Value}"))}");

    /// <summary>The same, of what a store holds.</summary>
    public async Task<string> HeldAsync(RegionId region) => await regions.AskAsync<string>(region, $"""
        SELECT coalesce((SELECT string_agg(item || '=' || version, ' ' ORDER BY item) FROM profile WHERE user_id = '{id.Key}'), '') || '|' ||
               coalesce((SELECT string_agg(item || '.' || seq || '=' || note, ' ' ORDER BY item, seq) FROM activity WHERE user_id = '{id.Key}'), '')
        """) ?? "";

    /// <summary>One transaction that inserts, updates and deletes; returns when a store has acknowledged it.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var write = ++_writes;
        var fresh = rows + write;
        var changed = 1 + (write % rows);
        var gone = 1 + (write * 3 % rows);
        var sql = $"""
            INSERT INTO profile (user_id, item, version) VALUES ('{id.Key}', {fresh}, {write});
            INSERT INTO activity VALUES ('{id.Key}', {changed}, {1_000 + write}, 'w{write}');
            UPDATE profile SET version = {10_000 + write} WHERE user_id = '{id.Key}' AND item = {changed};
            DELETE FROM activity WHERE user_id = '{id.Key}' AND item = {gone} AND seq = 1
            """;
        while (!await TryAsync(sql, cancellationToken))
        {
            await Task.Delay(Period, cancellationToken);
        }

        _profile[fresh] = write;
        _activity[(changed, 1_000 + write)] = $"w{write}";
        _profile[changed] = 10_000 + write;
        _activity.Remove((gone, 1));
    }

    private async Task<bool> TryAsync(string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await regions.RunAsync(_region, $"BEGIN; SELECT idp.enter('users', '{id.Key}', {_epoch}); {sql}; COMMIT");
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState is "ID001" or "ID002" or "ID003")
        {
            var way = JsonDocument.Parse(refused.Hint!).RootElement;
            if (refused.SqlState is "ID003")
            {
                if (way.GetProperty("expired").GetBoolean())
                {
                    await regions.RunAsync(_region, $"SELECT idp.thaw('users', '{id.Key}')");
                }
            }
            else if (way.GetProperty("region").GetString() is { } there)
            {
                (_region, _epoch) = (RegionId.Parse(there), way.GetProperty("epoch").GetInt64());
            }

            return false;
        }
    }
}
