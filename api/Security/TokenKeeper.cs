using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Idp.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Idp.Api.Security;

/// <summary>Makes the API's bearer token on the first start, and checks it on every request.</summary>
/// <remarks>The control database keeps only its SHA-256. What was found valid is not asked for again for a minute.</remarks>
internal sealed partial class TokenKeeper(ControlSettings settings, IOptions<ApiOptions> options, TimeProvider clock, ILogger<TokenKeeper> logger)
    : IHostedService
{
    private const int MaxTokenLength = 200;
    private static readonly TimeSpan CacheTime = TimeSpan.FromMinutes(1);

    private ValidToken? _valid;

    /// <summary>Completes the first start: file first, then the hash, so that a crash between the two loses no token.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var file = options.Value.TokenFile;
        var isNew = TryWrite(file);
        var hash = Hash((await File.ReadAllTextAsync(file, cancellationToken)).Trim());
        if (await settings.TryCreateApiTokenAsync(hash, cancellationToken))
        {
            LogCreated(file);
        }
        else if (!await settings.CheckApiTokenAsync(hash, cancellationToken))
        {
            LogElsewhere(file);
            if (isNew)
            {
                File.Delete(file);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether this is the token; takes the same time for every wrong one.</summary>
    public async Task<bool> IsValidAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > MaxTokenLength)
        {
            return false;
        }

        var hash = Hash(token);
        if (_valid is { } valid && clock.GetElapsedTime(valid.SeenAt) < CacheTime && CryptographicOperations.FixedTimeEquals(valid.Hash, hash))
        {
            return true;
        }

        if (!await settings.CheckApiTokenAsync(hash, cancellationToken))
        {
            return false;
        }

        _valid = new ValidToken(hash, clock.GetTimestamp());
        return true;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <returns>False when there is a token file already.</returns>
    private static bool TryWrite(string file)
    {
        if (File.Exists(file))
        {
            return false;
        }

        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, create);
        writer.Write(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        return true;
    }

    [LoggerMessage(LogLevel.Information, "The API's bearer token was made; it is in {File}, readable by its owner only")]
    private partial void LogCreated(string file);

    [LoggerMessage(LogLevel.Warning, "{File} does not hold this control database's token, which was made elsewhere; copy it from there")]
    private partial void LogElsewhere(string file);

    private sealed record ValidToken(byte[] Hash, long SeenAt);
}
