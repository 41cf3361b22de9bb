using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core;

namespace Idp.Storage.Regions;

/// <summary>How to reach one region's PostgreSQL.</summary>
/// <param name="ConnectionString">In Npgsql's form, with credentials; kept in the regions file alone, never in the control database.</param>
/// <param name="Links">Where a caller in another region dials instead of the connection string's host, as host:port; none without link proxies.</param>
public sealed record RegionEndpoint(
    Region Region, string ConnectionString, ImmutableDictionary<RegionId, string>? Links = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads the regions file.</summary>
    /// <exception cref="InvalidOperationException">The file is missing or malformed; the message names it.</exception>
    public static ImmutableArray<RegionEndpoint> ReadFile(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ImmutableArray<RegionEndpoint>>(File.ReadAllText(path), Json);
        }
        catch (Exception failure) when (failure is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Regions file '{path}' cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Writes the regions file, readable by its owner only: it holds passwords.</summary>
    public static void WriteFile(string path, ImmutableArray<RegionEndpoint> endpoints)
    {
        var fresh = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(fresh, options))
        {
            JsonSerializer.Serialize(file, endpoints, Json);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
