using System.CommandLine;
using System.Globalization;
using Idp.Core;

namespace Idp.Cli.Commands;

/// <summary>Arguments that several commands take, and what they mean.</summary>
internal static class Arguments
{
    public const int MaxLimit = 10_000;

    public static Argument<string> Object() => new("object") { Description = "An object, as dataset/key", HelpName = "OBJECT" };

    /// <summary>How many rows are shown.</summary>
    /// <param name="rows">Where nobody says.</param>
    public static Option<int> Limit(int rows = 100)
    {
        var limit = new Option<int>("--limit", "-n") { Description = $"Most rows, from 1 to {MaxLimit}", HelpName = "N", DefaultValueFactory = _ => rows };
        limit.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var given) && given is < 1 or > MaxLimit)
            {
                result.AddError($"--limit is {result.Tokens[0].Value}; expected 1 to {MaxLimit}.");
            }
        });
        return limit;
    }

    /// <exception cref="CliException">It is not of the form dataset/key.</exception>
    public static ObjectId ParseObject(string text) =>
        ObjectId.TryParse(text, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw CliException.Usage($"'{text}' is not an object; expected dataset/key, for example users/eu-1042.");

    /// <exception cref="CliException">It is not a region's name.</exception>
    public static RegionId ParseRegion(string text) =>
        RegionId.TryParse(text, CultureInfo.InvariantCulture, out var region) ? region : throw CliException.Usage($"'{text}' is not a region name.");
}
