using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Core;
using Idp.Policies;
using Idp.Policies.Intents;

namespace Idp.Cli.Advise;

/// <summary>Intents and policies from folders.</summary>
internal sealed class RuleFiles(CommandContext context)
{
    private const long MaxBytes = 1 << 20;
    private const int MaxFiles = 1_000;

    /// <exception cref="CliException">A file has errors; all of them are shown.</exception>
    public Rules Read(IReadOnlyCollection<RegionId> regions)
    {
        if (context.Value(LogArguments.Intents) is not { } folder)
        {
            return context.Value(LogArguments.Policies) is null ? Rules.None
                : throw CliException.Usage("--policies needs --intents: without them nothing is known about the data that policies speak of.");
        }

        try
        {
            var loaded = context.Value(LogArguments.Policies) is { } policies ? PolicyCatalog.LoadFolder(policies.FullName, regions) : PolicyCatalog.Shipped(regions);
            return new Rules(ReadIntents(folder, regions), Demand(loaded.Snapshot, loaded.Diagnostics), DateTimeOffset.UnixEpoch);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage(missing.Message, missing);
        }
    }

    /// <exception cref="CliException">The file has errors.</exception>
    public static Policy ReadPolicy(FileInfo file, IReadOnlyCollection<RegionId> regions)
    {
        var parsed = PolicyParser.Parse(file.Name, Text(file.FullName), regions);
        return Demand(parsed.Policy, parsed.Diagnostics);
    }

    private static ImmutableSortedDictionary<string, DataObject> ReadIntents(DirectoryInfo folder, IReadOnlyCollection<RegionId> regions)
    {
        var files = Directory.EnumerateFiles(folder.FullName).Where(file => Path.GetExtension(file) is ".yaml" or ".yml").Take(MaxFiles + 1).Order(StringComparer.Ordinal).ToArray();
        if (files.Length is 0 or > MaxFiles)
        {
            throw CliException.Usage($"'{folder}' has {(files.Length == 0 ? "no file" : $"more than {MaxFiles} files")} that ends in .yaml or .yml; expected dataset files.");
        }

        var parsed = files.Select(file => DataObjectParser.Parse(Path.GetFileName(file), Text(file), regions)).ToArray();
        var intents = ImmutableSortedDictionary.CreateBuilder<string, DataObject>(StringComparer.Ordinal);
        var all = parsed.SelectMany(result => result.Diagnostics).ToImmutableArray();
        foreach (var intent in parsed.Select(result => Demand(result.DataObject, all)))
        {
            if (!intents.TryAdd(intent.Name.Value, intent))
            {
                throw CliException.Usage($"Two files in '{folder}' declare '{intent.Name}'; names are unique.");
            }
        }

        return intents.ToImmutable();
    }

    private static string Text(string path) => new FileInfo(path).Length <= MaxBytes
        ? File.ReadAllText(path)
        : throw CliException.Usage($"'{path}' has more than {MaxBytes:N0} bytes.");

    private static T Demand<T>(T? value, ImmutableArray<Diagnostic> diagnostics)
        where T : class =>
        value ?? throw CliException.Usage(string.Join(Environment.NewLine, diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error)));
}
