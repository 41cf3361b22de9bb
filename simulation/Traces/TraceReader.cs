using System.Globalization;
using System.Text;
using Idp.Core;

namespace Idp.Simulation.Traces;

/// <summary>Reads a trace: CSV with the columns <c>unix_time,region,user,object,op</c>, plain or gzip.</summary>
/// <remarks>
/// Streaming: one line at a time. <c>me-south-1</c> is read as <c>eu-central-1</c>, since the round trips
/// have no row for it.
/// </remarks>
public sealed class TraceReader
{
    private const string Header = "unix_time,region,user,object,op";
    private const string Expected = "expected unix_time,region,user,object,op, for example 1617235200,eu-west-1,4d36998b,17,update";

    private readonly Dictionary<string, RegionId> _regions;

    /// <param name="regions">Regions a line may name.</param>
    public TraceReader(IEnumerable<RegionId> regions)
    {
        _regions = regions.ToDictionary(region => region.Value);
        if (_regions.TryGetValue("eu-central-1", out var substitute))
        {
            _regions.TryAdd("me-south-1", substitute);
        }
    }

    /// <summary>Reads the accesses in the order of the file, which must be the order of time.</summary>
    /// <param name="stream">Plain text or gzip; told apart by its first bytes, so it must be seekable. Disposed at the end.</param>
    /// <exception cref="FormatException">A line is malformed; the message has its number, its text and what is expected.</exception>
    public IEnumerable<Access> Read(Stream stream)
    {
        using var csv = new StreamReader(Gzip.Open(stream), Encoding.UTF8);
        if (csv.ReadLine() is not Header and var header)
        {
            throw Malformed(1, header ?? string.Empty, "not the header");
        }

        var last = DateTimeOffset.MinValue;
        for (var number = 2; csv.ReadLine() is { } line; number++)
        {
            var access = Parse(number, line);
            if (access.At < last)
            {
                throw Malformed(number, line, $"earlier than the line before it ({last.ToUnixTimeSeconds()}); sort the file by unix_time");
            }

            last = access.At;
            yield return access;
        }
    }

    private Access Parse(int number, string line)
    {
        var cells = line.Split(',');
        if (cells.Length != 5)
        {
            throw Malformed(number, line, $"{cells.Length} cells");
        }

        if (!long.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            throw Malformed(number, line, $"'{cells[0]}' is not a time in seconds since 1970");
        }

        if (!_regions.TryGetValue(cells[1], out var region))
        {
            throw Malformed(number, line, $"'{cells[1]}' is not one of {string.Join(", ", _regions.Keys)}");
        }

        if (!IsKey(cells[2]) || !IsKey(cells[3]))
        {
            throw Malformed(number, line, $"user and object need 1 to {ObjectId.MaxKeyLength} characters, none of them a control character");
        }

        return new Access(DateTimeOffset.FromUnixTimeSeconds(seconds), region, cells[2], cells[3], cells[4] switch
        {
            "insert" => AccessKind.Insert,
            "update" => AccessKind.Update,
            "delete" => AccessKind.Delete,
            var other => throw Malformed(number, line, $"'{other}' is not insert, update or delete"),
        });
    }

    private static bool IsKey(string text) => text.Length is > 0 and <= ObjectId.MaxKeyLength && !text.Any(char.IsControl);

    private static FormatException Malformed(int number, string line, string fault) =>
        new($"Trace, line {number}: '{line}': {fault}; {Expected}.");
}
