namespace Idp.Core.Forecasting;

/// <summary>A float in two bytes: the full range, and a precision of 0.4 %. For what is remembered, not for what accumulates.</summary>
internal readonly struct ShortFloat
{
    private readonly ushort _bits;

    private ShortFloat(ushort bits) => _bits = bits;

    public static implicit operator double(ShortFloat value) => BitConverter.UInt32BitsToSingle((uint)value._bits << 16);

    public static explicit operator ShortFloat(double value) =>
        new((ushort)((BitConverter.SingleToUInt32Bits((float)value) + 0x8000) >> 16)); // To the nearest.
}
