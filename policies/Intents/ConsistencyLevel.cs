using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using Idp.Core;

namespace Idp.Policies.Intents;

/// <summary>How much a read may miss: <c>strong</c>, <c>bounded(5s)</c>, <c>session</c> or <c>eventual</c>.</summary>
/// <remarks>Plain text in JSON.</remarks>
[JsonConverter(typeof(IdJsonConverter<ConsistencyLevel>))]
public readonly record struct ConsistencyLevel : IParsable<ConsistencyLevel>
{
    internal const string Rule =
        "'strong', 'bounded(t)' with t from 1ms to 1h, for example 'bounded(5s)', 'session' (or 'read_your_writes'), 'eventual'";

    internal static readonly ImmutableArray<string> Words = ["strong", "session", "read_your_writes", "eventual"];

    private const string BoundedStart = "bounded(";
    private static readonly TimeSpan MaxBound = TimeSpan.FromHours(1);

    private ConsistencyLevel(ConsistencyKind kind, TimeSpan? bound = null)
    {
        Kind = kind;
        Bound = bound;
    }

    public ConsistencyKind Kind { get; }

    /// <summary>Greatest age of a write that a read may miss, 1 ms to 1 h; only with <see cref="ConsistencyKind.Bounded"/>.</summary>
    public TimeSpan? Bound { get; }

    /// <exception cref="FormatException"><paramref name="s"/> is not such a level.</exception>
    public static ConsistencyLevel Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var level)
            ? level
            : throw new FormatException($"'{s}' is not a consistency level; expected {Rule}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ConsistencyLevel result)
    {
        ConsistencyLevel? level = s switch
        {
            "strong" => new(ConsistencyKind.Strong),
            "session" or "read_your_writes" => new(ConsistencyKind.Session),
            "eventual" => new(ConsistencyKind.Eventual),
            _ => TryParseBound(s, out var bound) ? new(ConsistencyKind.Bounded, bound) : null,
        };
        result = level ?? default;
        return level is not null;
    }

    public override string ToString() => Kind switch
    {
        ConsistencyKind.Strong => "strong",
        ConsistencyKind.Session => "session",
        ConsistencyKind.Eventual => "eventual",
        _ => string.Create(CultureInfo.InvariantCulture, $"bounded({Bound!.Value.TotalMilliseconds:0}ms)"),
    };

    // A whole number and its unit: 250ms, 5s, 2m, 1h.
    private static bool TryParseBound(string? text, out TimeSpan bound)
    {
        bound = default;
        if (text is null || !text.StartsWith(BoundedStart, StringComparison.Ordinal) || !text.EndsWith(')'))
        {
            return false;
        }

        var amount = text.AsSpan()[BoundedStart.Length..^1];
        var digits = amount.IndexOfAnyExceptInRange('0', '9');
        if (digits < 1 || !int.TryParse(amount[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        TimeSpan? unit = amount[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => null,
        };
        bound = (unit ?? default) * number;
        return bound > TimeSpan.Zero && bound <= MaxBound;
    }
}
