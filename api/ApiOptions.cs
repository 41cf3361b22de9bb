using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Idp.Api;

/// <summary>Where the API listens, and to whom.</summary>
public sealed class ApiOptions : IValidatableObject
{
    public const string Section = "Api";

    /// <summary>Addresses to listen on, separated by semicolons; port 0 takes a free one.</summary>
    /// <value>Default <c>http://127.0.0.1:0</c>.</value>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:0";

    /// <summary>Receives the bearer token on the first start, readable by its owner only.</summary>
    /// <value>Default <c>api-token</c> in the data folder.</value>
    public string TokenFile { get; set; } = string.Empty;

    /// <summary>Whether other machines may connect; then every address must be https.</summary>
    /// <value>Default false.</value>
    public bool AllowRemote { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var url in Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                yield return Wrong($"'{url}' is not an http or https address");
            }
            else if (!IsLoopback(address) && !AllowRemote)
            {
                yield return Wrong($"'{url}' is open to other machines; keep to 127.0.0.1, or set {Section}:AllowRemote=true and use https");
            }
            else if (!IsLoopback(address) && address.Scheme != "https")
            {
                yield return Wrong($"'{url}' would send the token in clear text to other machines; use https");
            }
        }
    }

    private static bool IsLoopback(Uri address) =>
        address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static ValidationResult Wrong(string what) => new($"{what}.", [nameof(Urls)]);
}
