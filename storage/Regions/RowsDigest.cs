using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;

namespace Idp.Storage.Regions;

/// <summary>An order-independent digest: the count, and the sums of two independent 64-bit hashes of each row's text.</summary>
/// <remarks>Sums, since exclusive or would cancel pairs of equal rows. Kept modulo 2^64, so that digests of chunks add up.</remarks>
[method: JsonConstructor] // Else it would be read back empty.
internal readonly record struct RowsDigest(long RowCount, ulong Sum1, ulong Sum2)
{
    public string Checksum => Sum1.ToString("x16", CultureInfo.InvariantCulture) + Sum2.ToString("x16", CultureInfo.InvariantCulture);

    public static RowsDigest operator +(RowsDigest left, RowsDigest right) =>
        new(left.RowCount + right.RowCount, unchecked(left.Sum1 + right.Sum1), unchecked(left.Sum2 + right.Sum2));

    /// <summary>From the sums as PostgreSQL gives them, which know no overflow.</summary>
    public static RowsDigest From(long rowCount, BigInteger sum1, BigInteger sum2) =>
        new(rowCount, (ulong)(sum1 & ulong.MaxValue), (ulong)(sum2 & ulong.MaxValue));
}
