using System.Security.Cryptography;
using Npgsql;

namespace Idp.Storage;

/// <summary>What concerns the whole installation: the pause of all automation, and the API's token.</summary>
public sealed class ControlSettings(NpgsqlDataSource database)
{
    private const string PauseSql = """
        UPDATE idp.automation SET paused_by = $1, pause_reason = $2, paused_at = coalesce(paused_at, now())
        """;

    /// <summary>Stops all automation; migrations that run go on. When this returns, no new one starts until <see cref="ResumeAsync"/>.</summary>
    /// <remarks>Pausing again replaces who and why, and keeps since when.</remarks>
    public async Task PauseAsync(string by, string reason, CancellationToken cancellationToken)
    {
        await using var command = database.Command(PauseSql, by.Sql(), reason.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string ResumeSql = """
        UPDATE idp.automation SET paused_by = NULL, pause_reason = NULL, paused_at = NULL WHERE paused_at IS NOT NULL
        """;

    /// <summary>Lets automation go on; changes nothing when it was not paused.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ResumeSql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string ReadPauseSql = "SELECT paused_by, pause_reason, paused_at FROM idp.automation";

    /// <returns><see langword="null"/> when automation runs.</returns>
    public async Task<PauseRecord?> ReadPauseAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadPauseSql);
        return (await command.ReadAsync(ReadPause, cancellationToken)).Single();
    }

    internal static PauseRecord? ReadPause(NpgsqlDataReader row) =>
        row.IsDBNull(0) ? null : new PauseRecord(row.GetString(0), row.GetString(1), row.Moment(2));

    private const string CreateTokenSql = "INSERT INTO idp.api_token (sha256) VALUES ($1) ON CONFLICT DO NOTHING";

    /// <summary>Stores the hash of the API's first token. The token itself, 256 random bits, is shown once and kept nowhere.</summary>
    /// <returns><see langword="false"/> when there is one already: the first start wins.</returns>
    /// <exception cref="ArgumentException"><paramref name="sha256"/> is not 32 bytes.</exception>
    public async Task<bool> TryCreateApiTokenAsync(byte[] sha256, CancellationToken cancellationToken)
    {
        if (sha256.Length != SHA256.HashSizeInBytes)
        {
            throw new ArgumentException($"A SHA-256 hash has {SHA256.HashSizeInBytes} bytes, not {sha256.Length}.", nameof(sha256));
        }

        await using var command = database.Command(CreateTokenSql, sha256.Sql());
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private const string ReadTokenSql = "SELECT sha256 FROM idp.api_token";

    /// <summary>Whether this is the hash of the API's token; <see langword="false"/> when there is none yet.</summary>
    public async Task<bool> CheckApiTokenAsync(byte[] sha256, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadTokenSql);
        return await command.ExecuteScalarAsync(cancellationToken) is byte[] known
            && CryptographicOperations.FixedTimeEquals(known, sha256);
    }
}
