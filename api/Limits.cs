using Microsoft.AspNetCore.Http;

namespace Idp.Api;

/// <summary>What one request may ask for.</summary>
internal static class Limits
{
    public const int DefaultPage = 100;
    public const int MaxPage = 1_000;

    /// <summary>Largest body, in bytes: one batch of telemetry.</summary>
    public const long MaxBody = 1024 * 1024;

    /// <returns>The problem; null when the limit is fine.</returns>
    public static IResult? Check(int limit) =>
        limit is >= 1 and <= MaxPage ? null : Problems.Invalid($"'limit' is {limit}; expected 1 to {MaxPage}.");
}
