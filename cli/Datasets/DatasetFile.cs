using System.Text;
using Idp.Policies;
using Idp.Policies.Intents;
using Idp.Storage.Regions;

namespace Idp.Cli.Datasets;

/// <summary>A dataset's declaration as read from a file.</summary>
/// <param name="Document">The text as written.</param>
internal sealed record DatasetFile(DataObject Declared, string Document)
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads and checks a file; everything that is wrong or doubtful is printed, all at once.</summary>
    /// <exception cref="CliException">The file cannot be read, or has errors.</exception>
    public static async Task<DatasetFile> ReadAsync(string path, RegionStores stores, TextWriter talk, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw CliException.Usage($"There is no file '{path}'.");
        }

        if (file.Length > MaxBytes)
        {
            throw CliException.Usage($"{path} has {file.Length} bytes; a declaration has at most {MaxBytes}.");
        }

        var text = await File.ReadAllTextAsync(path, Encoding.UTF8, cancellationToken);
        var parsed = DataObjectParser.Parse(path, text, [.. stores.Endpoints.Select(endpoint => endpoint.Region.Id)]);
        foreach (var diagnostic in parsed.Diagnostics)
        {
            await talk.WriteLineAsync(diagnostic.ToString());
        }

        var errors = parsed.Diagnostics.Count(diagnostic => diagnostic.Severity is DiagnosticSeverity.Error);
        return parsed.DataObject is { } declared
            ? new DatasetFile(declared, text)
            : throw CliException.Usage($"{path} has {errors} error{(errors == 1 ? string.Empty : "s")}; nothing was stored.");
    }
}
