using System.Text.Json;
using System.Text.RegularExpressions;

namespace Idp.DevServer.Hosting;

/// <summary>Whom workflows may call back: nobody, unless <c>callback.allowedAddresses</c> says so.</summary>
internal sealed record CallbackAddresses(IReadOnlyList<(Regex Pattern, bool AllowsInsecure)> Rules)
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    public static CallbackAddresses Read(DynamicConfig config) => new(config.List("callback.allowedAddresses", Rule));

    /// <returns>What is wrong with the address; null when it may be called.</returns>
    public string? Refuse(Uri url)
    {
        var matching = Rules.Where(rule => rule.Pattern.IsMatch(url.Authority)).ToList();
        return matching.Count == 0 ? $"invalid url: url does not match any configured callback address: {url.OriginalString}"
            : url.Scheme == Uri.UriSchemeHttps || matching.Exists(rule => rule.AllowsInsecure) ? null
            : $"invalid url: callback address does not allow insecure connections: {url.OriginalString}";
    }

    private static (Regex Pattern, bool AllowsInsecure)? Rule(JsonElement rule) =>
        rule.ValueKind is JsonValueKind.Object && rule.TryGetProperty("Pattern", out var pattern) && pattern.ValueKind is JsonValueKind.String
            ? (new Regex($"^{Regex.Escape(pattern.GetString()!).Replace(@"\*", ".*", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase, MatchLimit),
                rule.TryGetProperty("AllowInsecure", out var insecure) && insecure.ValueKind is JsonValueKind.True)
            : null;
}
