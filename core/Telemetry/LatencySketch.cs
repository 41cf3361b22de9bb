using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Idp.Core.Telemetry;

/// <summary>A mergeable sketch of latencies: any quantile within 1 % of the true value.</summary>
/// <remarks>
/// DDSketch (Masson, Rim, Lee: VLDB 2019) with γ = 1.01/0.99: value x falls into bucket ⌈ln x / ln γ⌉.
/// Sums of sketches are exact, so a P99 over any window is a P99, not an average of averages.
/// Values below 1 µs count as 1 µs. Not thread-safe.
/// </remarks>
[JsonConverter(typeof(LatencySketchJsonConverter))]
public sealed class LatencySketch
{
    private const double RelativeError = 0.01;
    private const double MinMs = 0.001;
    private static readonly double LogGamma = Math.Log((1 + RelativeError) / (1 - RelativeError));

    private readonly SortedDictionary<int, long> _buckets = [];

    /// <summary>How many values were added.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of all values, in milliseconds.</summary>
    public double SumMs { get; private set; }

    /// <value>Milliseconds; 0 when empty.</value>
    public double MeanMs => Count == 0 ? 0 : SumMs / Count;

    public void Add(double ms)
    {
        var bucket = (int)Math.Ceiling(Math.Log(Math.Max(ms, MinMs)) / LogGamma);
        _buckets[bucket] = _buckets.GetValueOrDefault(bucket) + 1;
        Count++;
        SumMs += ms;
    }

    public void Merge(LatencySketch other)
    {
        foreach (var (bucket, count) in other._buckets)
        {
            _buckets[bucket] = _buckets.GetValueOrDefault(bucket) + count;
        }

        Count += other.Count;
        SumMs += other.SumMs;
    }

    /// <summary>The value that a share <paramref name="q"/> of all values does not exceed.</summary>
    /// <param name="q">From 0 to 1; 0.99 is the P99.</param>
    /// <returns>Milliseconds; 0 when empty.</returns>
    public double QuantileMs(double q)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(q, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(q, 1);
        var rank = Math.Max(1, (long)Math.Ceiling(q * Count));
        var seen = 0L;
        foreach (var (bucket, count) in _buckets)
        {
            seen += count;
            if (seen >= rank)
            {
                // The bucket's middle in relative terms, which bounds the error on both sides.
                return 2 * Math.Exp(bucket * LogGamma) / (Math.Exp(LogGamma) + 1);
            }
        }

        return 0;
    }

    /// <summary>Sum, then (bucket, count) pairs; little-endian.</summary>
    public byte[] ToBytes()
    {
        var writer = new ArrayBufferWriter<byte>(8 + (12 * _buckets.Count));
        BinaryPrimitives.WriteDoubleLittleEndian(writer.GetSpan(8), SumMs);
        writer.Advance(8);
        foreach (var (bucket, count) in _buckets)
        {
            BinaryPrimitives.WriteInt32LittleEndian(writer.GetSpan(4), bucket);
            writer.Advance(4);
            BinaryPrimitives.WriteInt64LittleEndian(writer.GetSpan(8), count);
            writer.Advance(8);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The bytes are not a sketch.</exception>
    public static LatencySketch FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || (bytes.Length - 8) % 12 != 0)
        {
            throw new FormatException($"A latency sketch has 8 + 12 n bytes, not {bytes.Length}.");
        }

        var sketch = new LatencySketch { SumMs = BinaryPrimitives.ReadDoubleLittleEndian(bytes) };
        for (var rest = bytes[8..]; rest.Length > 0; rest = rest[12..])
        {
            var count = BinaryPrimitives.ReadInt64LittleEndian(rest[4..]);
            if (count <= 0 || !sketch._buckets.TryAdd(BinaryPrimitives.ReadInt32LittleEndian(rest), count))
            {
                throw new FormatException("A latency sketch has a bucket twice, or one without values.");
            }

            sketch.Count += count;
        }

        return sketch;
    }

    private sealed class LatencySketchJsonConverter : JsonConverter<LatencySketch>
    {
        public override LatencySketch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return FromBytes(reader.GetBytesFromBase64());
            }
            catch (FormatException malformed)
            {
                throw new JsonException(malformed.Message, malformed);
            }
        }

        public override void Write(Utf8JsonWriter writer, LatencySketch value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(value.ToBytes());
    }
}
