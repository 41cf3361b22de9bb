using System.Collections.Immutable;

namespace Idp.Advise.Traces;

/// <summary>What was read, and what was left out.</summary>
/// <param name="Source">Name of the file, or what stands for it.</param>
/// <param name="Rows">Rows or spans that were looked at, the header aside.</param>
/// <param name="BadRows">Rows that could not be understood.</param>
/// <param name="OutsideRows">Accesses outside the window that is looked at.</param>
/// <param name="UnknownRegions">Rows by region that the round trips do not have; most first. They are left out.</param>
/// <param name="BadExamples">The first bad rows, each with line, column, value and what was expected.</param>
/// <param name="Columns">Which column or attribute was read as what.</param>
/// <param name="AnswerBytes">Mean bytes of an answer, where the log has them.</param>
/// <param name="HasOperations">False when the log does not tell reads from writes.</param>
public sealed record TraceSummary(
    string Source,
    long Rows,
    long BadRows,
    long OutsideRows,
    ImmutableArray<RegionRows> UnknownRegions,
    ImmutableArray<string> BadExamples,
    string Columns,
    double? AnswerBytes,
    bool HasOperations);

/// <summary>Rows that name a region.</summary>
public sealed record RegionRows(string Region, long Rows);
