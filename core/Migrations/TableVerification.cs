namespace Idp.Core.Migrations;

/// <summary>One table's part of a <see cref="VerificationReport"/>.</summary>
/// <param name="Table">Schema-qualified.</param>
/// <param name="RowCount">Rows on both sides.</param>
/// <param name="Checksum">The order-independent 128-bit sum over the rows, in hexadecimal; the same on both sides.</param>
/// <param name="Chunks">Comparisons that it took.</param>
/// <param name="RepairedKeys">Keys that differed at first.</param>
public sealed record TableVerification(string Table, long RowCount, string Checksum, int Chunks, long RepairedKeys);
