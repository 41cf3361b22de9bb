using System.Collections.Immutable;
using System.Text;
using Idp.Core;
using Idp.Policies.Yaml;

namespace Idp.Policies;

/// <summary>Finds policy files and compiles them.</summary>
public static class PolicyCatalog
{
    private const int MaxFiles = 1_000;
    private const string ResourcePrefix = "Idp.Policies.Catalog.";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The policies that come with the product.</summary>
    public static PolicyLoadResult Shipped(IReadOnlyCollection<RegionId> knownRegions)
    {
        var assembly = typeof(PolicyCatalog).Assembly;
        var files = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Parse(name[ResourcePrefix.Length..], assembly.GetManifestResourceStream(name)!, knownRegions));
        return Compile(files);
    }

    /// <summary>The policies in a folder's <c>.yaml</c> and <c>.yml</c> files, subfolders left aside.</summary>
    /// <returns>An error also for a folder without a policy: a mount that failed must not allow everything.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file or the folder may not be read.</exception>
    public static PolicyLoadResult LoadFolder(string path, IReadOnlyCollection<RegionId> knownRegions)
    {
        var files = Directory.EnumerateFiles(path)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            .Take(MaxFiles + 1)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (files.Length is 0 or > MaxFiles)
        {
            var sink = new DiagnosticSink(path);
            sink.Error(
                Position.Start, DiagnosticCodes.FolderSize,
                files.Length == 0 ? "the folder has no policy file" : $"the folder has more than {MaxFiles} policy files",
                $"allowed: 1 to {MaxFiles} files that end in .yaml or .yml");
            return new PolicyLoadResult(null, sink.ToImmutable());
        }

        return Compile(files.Select(file => Parse(Path.GetFileName(file), File.OpenRead(file), knownRegions)));
    }

    private static PolicyFile Parse(string name, Stream content, IReadOnlyCollection<RegionId> knownRegions)
    {
        using (content)
        {
            var sink = new DiagnosticSink(name);
            if (content.Length > YamlLimits.MaxBytes)
            {
                YamlFileReader.ReportTooLarge(content.Length, sink);
                return new PolicyFile(name, new PolicyParseResult(null, sink.ToImmutable()));
            }

            using var reader = new StreamReader(content, StrictUtf8);
            try
            {
                return new PolicyFile(name, PolicyParser.Parse(name, reader.ReadToEnd(), knownRegions));
            }
            catch (DecoderFallbackException)
            {
                sink.Error(Position.Start, DiagnosticCodes.Syntax, "the file is not UTF-8 text");
                return new PolicyFile(name, new PolicyParseResult(null, sink.ToImmutable()));
            }
        }
    }

    private static PolicyLoadResult Compile(IEnumerable<PolicyFile> files)
    {
        var policies = new Dictionary<string, (Policy Policy, string File)>(StringComparer.Ordinal);
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var (file, result) in files)
        {
            diagnostics.AddRange(result.Diagnostics);
            if (result.Policy is { } policy && !policies.TryAdd(policy.Name, (policy, file)))
            {
                var sink = new DiagnosticSink(file);
                sink.Error(
                    Position.Start, DiagnosticCodes.DuplicatePolicy,
                    $"policy {Wording.Value(policy.Name)} is already in {policies[policy.Name].File}", "allowed: one policy of a name");
                diagnostics.AddRange(sink.ToImmutable());
            }
        }

        var failed = diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return new PolicyLoadResult(
            failed ? null : PolicySnapshot.Compile(policies.Values.Select(found => found.Policy)), diagnostics.ToImmutable());
    }

    private sealed record PolicyFile(string Name, PolicyParseResult Result);
}
