using System.CommandLine;
using System.Globalization;
using Idp.Core;

namespace Idp.Cli.Commands;

/// <summary>Arguments that several commands take, and what they mean.</summary>
internal static class Arguments
{
    public static Argument<string> Object() => new("object") { Description = "An object, as dataset/key", HelpName = "OBJECT" };

    /// <exception cref="CliException">It is not of the form dataset/key.</exception>
    public static ObjectId ParseObject(string text) =>
        ObjectId.TryParse(text, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw CliException.Usage($"'{text}' is not an object; expected dataset/key, for example users/eu-1042.");

    /// <exception cref="CliException">It is not a region's name.</exception>
    public static RegionId ParseRegion(string text) =>
        RegionId.TryParse(text, CultureInfo.InvariantCulture, out var region) ? region : throw CliException.Usage($"'{text}' is not a region name.");
}
