using System.Text.Json;
using Npgsql;

namespace Idp.Client;

/// <summary>Reads what a store's errors mean.</summary>
internal static class StoreErrors
{
    private const string Elsewhere = "ID001";
    private const string OtherEpoch = "ID002";
    private const string Frozen = "ID003";
    private const string FenceClass = "ID";

    /// <returns>Null when the fence has nothing to do with it.</returns>
    public static IdpException? FromFence(ObjectId id, Exception failure) => failure is not PostgresException refusal
        ? null
        : refusal.SqlState switch
        {
            Elsewhere or OtherEpoch => new IdpRoutingException(id, RouteIn(refusal.Hint), refusal),
            Frozen => new IdpFrozenException(id, IsExpiredIn(refusal.Hint), refusal),
            _ when refusal.SqlState.StartsWith(FenceClass, StringComparison.Ordinal) =>
                new IdpException(id, refusal.Hint is null ? refusal.MessageText : $"{refusal.MessageText} ({refusal.Hint})", refusal),
            _ => null,
        };

    /// <summary>Whether the server itself ended the session with its error, so that what ran has not committed.</summary>
    /// <remarks>Poolers end sessions in the same way when they have lost the server, and cannot know; they name no place in its source.</remarks>
    public static bool IsFatalAtServer(Exception failure) => IsFatal(failure) && failure is PostgresException { Routine: not null };

    /// <summary>Whether the transaction certainly did not commit and may succeed when it runs again.</summary>
    public static bool IsSerializationFailure(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>Whether the connection failed, or could not be opened. Time-outs are not among them: repeating those multiplies load.</summary>
    public static bool IsConnectionFailure(Exception failure) => failure switch
    {
        PostgresException refusal => IsFatal(refusal) && (refusal.IsTransient || refusal is { SqlState: PostgresErrorCodes.ProtocolViolation, Routine: null }),
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException broken => broken.IsTransient,
        _ => false,
    };

    private static bool IsFatal(Exception failure) => failure is PostgresException { InvariantSeverity: "FATAL" or "PANIC" };

    private static Route? RouteIn(string? hint)
    {
        using var json = Parse(hint);
        return json is not null
            && json.RootElement.TryGetProperty("region", out var region)
            && region.ValueKind is JsonValueKind.String
            && RegionId.TryParse(region.GetString(), null, out var id)
            && json.RootElement.TryGetProperty("epoch", out var epoch)
            && epoch.TryGetInt64(out var ownerEpoch)
                ? new Route(id, ownerEpoch)
                : null;
    }

    private static bool IsExpiredIn(string? hint)
    {
        using var json = Parse(hint);
        return json is not null
            && json.RootElement.TryGetProperty("expired", out var expired)
            && expired.ValueKind is JsonValueKind.True;
    }

    // A store of another version may say something else; the client then knows only that its route is wrong.
    private static JsonDocument? Parse(string? hint)
    {
        try
        {
            var json = hint is null ? null : JsonDocument.Parse(hint);
            if (json?.RootElement.ValueKind is JsonValueKind.Object)
            {
                return json;
            }

            json?.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
