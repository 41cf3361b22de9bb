using Idp.Policies;
using Idp.Policies.Intents;

namespace Idp.Cli.Datasets;

/// <summary>Warns when a dataset's classification meets no policy: most often a slip of the pen.</summary>
internal static class ClassificationCheck
{
    /// <returns>The warning; null when a policy names the classification.</returns>
    public static string? Warn(DataObject declared, PolicySnapshot policies)
    {
        string[] named =
        [
            .. policies.Policies.Select(policy => policy.AppliesTo.DataClassification).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        var known = named.Length == 0 ? "the policies name none" : $"the policies name {string.Join(", ", named)}";
        return declared.Requirements.Compliance?.DataClassification is not { } given
                ? $"warning: {declared.Name} declares no data_classification; every policy counts as meant for it ({known})."
            : named.Contains(given, StringComparer.OrdinalIgnoreCase) ? null
            : $"warning: no policy names data_classification '{given}' of {declared.Name}; {known}.";
    }
}
