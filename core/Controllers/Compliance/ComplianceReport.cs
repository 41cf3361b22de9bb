using System.Collections.Immutable;

namespace Idp.Core.Controllers.Compliance;

/// <summary>The state of compliance at one time, as auditors ask for it.</summary>
/// <param name="ObjectsChecked">All objects of the snapshot.</param>
/// <param name="ObjectsCompliant">Those without an open hard violation.</param>
/// <param name="Open">Hard violations that no override allows.</param>
/// <param name="Waived">Hard ones that an override allows.</param>
/// <param name="Warnings">Soft ones.</param>
/// <param name="Overdue">Open ones past their deadline.</param>
/// <param name="Unfixable">Open ones that need a person.</param>
/// <param name="RiskUsdPerDay">Expected loss of all open ones, in US dollars per day.</param>
/// <param name="ByRule">Open ones by policy and rule, most first.</param>
/// <param name="Resolved">Open in the run before and gone now.</param>
public sealed record ComplianceReport(
    DateTimeOffset AsOf,
    string PolicyRevision,
    int ObjectsChecked,
    int ObjectsCompliant,
    int Open,
    int Waived,
    int Warnings,
    int Overdue,
    int Unfixable,
    decimal RiskUsdPerDay,
    ImmutableArray<RuleCount> ByRule,
    ImmutableArray<ResolvedViolation> Resolved);

/// <param name="Count">Open violations of the rule.</param>
public sealed record RuleCount(string Policy, string Rule, int Count);

/// <param name="Open">From when it was first seen until this run.</param>
public sealed record ResolvedViolation(ViolationMemory Violation, TimeSpan Open);
