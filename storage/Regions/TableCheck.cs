namespace Idp.Storage.Regions;

/// <summary>One object's rows of one table at one consistent point, in both stores.</summary>
public sealed record TableCheck(string Table, RowsDigest Source, RowsDigest Target)
{
    public bool IsEqual => Source == Target;

    public override string ToString() => IsEqual
        ? $"{Table}: {Source.RowCount} rows are equal"
        : $"{Table} differs: source {Source.RowCount} rows {Source.Sum1}/{Source.Sum2}, target {Target.RowCount} rows {Target.Sum1}/{Target.Sum2}";
}

/// <summary>An order-independent digest: the count, and the sums of two independent 64-bit hashes of each row's text.</summary>
/// <remarks>Sums, since exclusive or would cancel pairs of equal rows.</remarks>
public sealed record RowsDigest(long RowCount, decimal Sum1, decimal Sum2);
