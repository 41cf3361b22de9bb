using System.Text.Json;
using System.Text.Json.Serialization;

namespace Idp.Core.Controllers.Placement;

/// <summary>Writes the matrix as <c>{ "regions": [...], "ms": [[...]] }</c>, one row a caller's region.</summary>
internal sealed class RoundTripsJsonConverter : JsonConverter<RoundTrips>
{
    public override RoundTrips Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var matrix = JsonSerializer.Deserialize<Matrix>(ref reader, options);
        if (matrix is not { Regions: { } regions, Ms: { } rows }
            || rows.Length != regions.Length
            || Array.Exists(rows, row => row.Length != regions.Length))
        {
            throw new JsonException("Round trips need 'Regions' and a square 'Ms' of the same length.");
        }

        var ms = new Dictionary<(RegionId, RegionId), double>();
        for (var from = 0; from < regions.Length; from++)
        {
            for (var to = 0; to < regions.Length; to++)
            {
                ms[(regions[from], regions[to])] = rows[from][to];
            }
        }

        return new RoundTrips([.. regions], ms);
    }

    public override void Write(Utf8JsonWriter writer, RoundTrips value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(
            writer,
            new Matrix(
                [.. value.Regions],
                [.. value.Regions.Select(from => value.Regions.Select(to => value[from, to]).ToArray())]),
            options);

    private sealed record Matrix(RegionId[]? Regions, double[][]? Ms);
}
