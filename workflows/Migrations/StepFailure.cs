using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Exceptions;

namespace Idp.Workflows.Migrations;

/// <summary>Why a step ended without success, as operators read it.</summary>
/// <param name="Kind">The failure's type, a SQLSTATE, or which time-out it was; null when unknown.</param>
internal sealed record StepFailure(string Error, string? Kind, bool IsCancelled, bool MayBeTriedAgain)
{
    public string RemedyOf(MigrationId migration) => Remedies.For(Kind, Error, migration);

    /// <summary>A rule, a policy or a busy object said no: nothing is broken.</summary>
    public bool IsRefusal => Kind is Failures.Refused;

    public static StepFailure Of(Exception failure)
    {
        if (TemporalException.IsCanceledException(failure))
        {
            return new StepFailure("cancelled", null, IsCancelled: true, MayBeTriedAgain: false);
        }

        var cause = failure is ActivityFailureException { InnerException: { } inner } ? inner : failure;
        var kind = cause switch
        {
            ApplicationFailureException known => known.ErrorType,
            TimeoutFailureException late => late.TimeoutType.ToString(),
            _ => null,
        };
        return new StepFailure(cause.Message, kind, IsCancelled: false, cause is not ApplicationFailureException { NonRetryable: true });
    }
}
