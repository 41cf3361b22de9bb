using System.Globalization;

namespace Idp.Core.Controllers.Consistency;

/// <summary>How fresh a read is served.</summary>
/// <param name="Bound">Greatest age of a write that it may miss; only with <see cref="ReadLevelKind.Bounded"/>.</param>
public readonly record struct ReadLevel(ReadLevelKind Kind, TimeSpan? Bound = null)
{
    public static ReadLevel Strong { get; } = new(ReadLevelKind.Strong);

    public static ReadLevel Session { get; } = new(ReadLevelKind.Session);

    public static ReadLevel Eventual { get; } = new(ReadLevelKind.Eventual);

    public static ReadLevel Bounded(TimeSpan bound) => new(ReadLevelKind.Bounded, bound);

    /// <returns>The weakest level that keeps what both promise. Session and bounded promise different things: only strong keeps both.</returns>
    public ReadLevel Join(ReadLevel other) => (Kind, other.Kind) switch
    {
        (ReadLevelKind.Eventual, _) => other,
        (_, ReadLevelKind.Eventual) => this,
        (ReadLevelKind.Session, ReadLevelKind.Session) => this,
        (ReadLevelKind.Bounded, ReadLevelKind.Bounded) => Bound <= other.Bound ? this : other,
        _ => Strong,
    };

    /// <returns>Whether a copy that is <paramref name="lag"/> behind may serve such reads.</returns>
    public bool Bears(TimeSpan lag) => Kind switch
    {
        ReadLevelKind.Strong => false,
        ReadLevelKind.Bounded => Bound >= lag,
        _ => true,
    };

    /// <returns>True when this level keeps everything that <paramref name="other"/> promises.</returns>
    public bool Covers(ReadLevel other) => Join(other) == this;

    public override string ToString() => Kind switch
    {
        ReadLevelKind.Strong => "strong",
        ReadLevelKind.Session => "session",
        ReadLevelKind.Eventual => "eventual",
        _ => string.Create(CultureInfo.InvariantCulture, $"bounded({Bound!.Value.TotalMilliseconds:0}ms)"),
    };
}
