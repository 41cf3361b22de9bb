namespace Idp.Core.Movement;

/// <summary>Who reads an object's change log. Named by the move, never by a store.</summary>
/// <param name="Code">Positive: the stream to the target of that epoch's move. Negative: its reverse stream, during grace.</param>
public readonly record struct Subscriber(long Code)
{
    public bool IsReverse => Code < 0;

    public static Subscriber Forward(long epoch) => new(epoch);

    public static Subscriber Reverse(long epoch) => new(-epoch);

    public override string ToString() => IsReverse ? $"undo:{-Code}" : $"move:{Code}";
}
