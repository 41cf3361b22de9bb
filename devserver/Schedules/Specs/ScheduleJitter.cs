using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>The genuine server's jitter: a hash of nominal time and seed, so that repeating a calculation changes nothing.</summary>
internal static class ScheduleJitter
{
    private const uint C1 = 0xcc9e2d51;
    private const uint C2 = 0x1b873593;
    private const uint N = 0xe6546b64;
    private const int TimeBytes = 15;

    // Go counts seconds from the year 1.
    private const long SecondsBeforeUnix = 62_135_596_800;

    /// <summary>A number whose 32 bits are the fraction of the range that the jitter takes.</summary>
    /// <param name="seed">At least ten characters; the hash of shorter texts is another.</param>
    public static ulong Fraction(long nominal, string seed)
    {
        // Go's binary form of a UTC time: version, seconds, nanoseconds, and -1 minutes, which stands for UTC.
        var data = new byte[TimeBytes + Encoding.UTF8.GetByteCount(seed)];
        data[0] = 1;
        BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(1), nominal + SecondsBeforeUnix);
        BinaryPrimitives.WriteInt16BigEndian(data.AsSpan(13), -1);
        Encoding.UTF8.GetBytes(seed, data.AsSpan(TimeBytes));
        return Fingerprint(data);
    }

    /// <summary>FarmHash's Fingerprint32 of more than 24 bytes.</summary>
    private static uint Fingerprint(ReadOnlySpan<byte> s)
    {
        var length = s.Length;
        var h = (uint)length;
        var g = C1 * (uint)length;
        var f = g;
        h = Stir(h, Scramble(Fetch(s, length - 4)));
        h = Stir(h, Scramble(Fetch(s, length - 16)));
        g = Stir(g, Scramble(Fetch(s, length - 8)));
        g = Stir(g, Scramble(Fetch(s, length - 12)));
        f = Rotate(f + Scramble(Fetch(s, length - 20)), 19) + 113;
        for (var i = (length - 1) / 20; i > 0; i--, s = s[20..])
        {
            var (a, b, c, d, e) = (Fetch(s, 0), Fetch(s, 4), Fetch(s, 8), Fetch(s, 12), Fetch(s, 16));
            h += a;
            g += b;
            f += c;
            h = Mur(d, h) + e;
            g = Mur(c, g) + a;
            f = Mur(b + (e * C1), f) + d;
            f += g;
            g += f;
        }

        g = Rotate(Rotate(g, 11) * C1, 17) * C1;
        f = Rotate(Rotate(f, 11) * C1, 17) * C1;
        h = Rotate((Rotate(h + g, 19) * 5) + N, 17) * C1;
        return Rotate((Rotate(h + f, 19) * 5) + N, 17) * C1;
    }

    private static uint Stir(uint h, uint value) => (Rotate(h ^ value, 19) * 5) + N;

    private static uint Mur(uint a, uint h) => (Rotate(h ^ (Rotate(a * C1, 17) * C2), 19) * 5) + N;

    private static uint Scramble(uint value) => Rotate(value * C1, 17) * C2;

    private static uint Rotate(uint value, int bits) => BitOperations.RotateRight(value, bits);

    private static uint Fetch(ReadOnlySpan<byte> s, int at) => BinaryPrimitives.ReadUInt32LittleEndian(s[at..]);
}
