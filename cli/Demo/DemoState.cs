using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Idp.Storage;

namespace Idp.Cli.Demo;

/// <summary>How far an interrupted demo came, so that the next start goes on from there.</summary>
/// <param name="World">What was replayed; a run of another world begins anew.</param>
/// <param name="Position">Trace time up to which accesses were made.</param>
/// <param name="Meter">What was measured so far.</param>
public sealed record DemoState(string World, DateTimeOffset Position, MeterState Meter)
{
    private const string FileName = "demo.json";

    /// <returns>Null when there is nothing to go on from.</returns>
    public static DemoState? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<DemoState>(File.ReadAllText(Path.Combine(folder, FileName)));
        }
        catch (Exception missing) when (missing is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(this));
        File.Move(path + ".new", path, overwrite: true);
    }

    public static void Delete(string folder) => File.Delete(Path.Combine(folder, FileName));

    /// <summary>Tells worlds apart: trace, window, key, rows, and the schema that holds them.</summary>
    public static string WorldOf(DemoOptions options)
    {
        var trace = options.TraceFile is { } file ? $"{Path.GetFullPath(file)}|{new FileInfo(file).Length}" : "sample";
        var text = FormattableString.Invariant($"{trace}|{options.Window.From:O}|{options.Window.To:O}|{options.Key}|{options.Reads}|{options.RowsPerObject}|{options.Duration}|{SchemaMigrator.Fingerprint}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
