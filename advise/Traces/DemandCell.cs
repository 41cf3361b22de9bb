namespace Idp.Advise.Traces;

/// <summary>What callers of one region did to one object in one hour.</summary>
/// <param name="Hour">Counted from the log's first midnight.</param>
/// <param name="Region">Index into the log's regions.</param>
public readonly record struct DemandCell(int Hour, int Region, double Reads, double Writes)
{
    /// <value>Reads and writes together.</value>
    public double Operations => Reads + Writes;
}
