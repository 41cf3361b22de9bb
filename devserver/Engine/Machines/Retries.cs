using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>When a failed attempt of an activity or a workflow is tried again.</summary>
internal static class Retries
{
    private const string TimeoutTypePrefix = "TemporalTimeout:";
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);

    /// <summary>The policy with the server's defaults for what it leaves open.</summary>
    public static RetryPolicy WithDefaults(RetryPolicy? policy)
    {
        var full = policy?.Clone() ?? new RetryPolicy();
        if (full.InitialInterval is null || full.InitialInterval.ToTimeSpan() == TimeSpan.Zero)
        {
            full.InitialInterval = Duration.FromTimeSpan(DefaultInterval);
        }

        if (full.BackoffCoefficient == 0)
        {
            full.BackoffCoefficient = 2;
        }

        if (full.MaximumInterval is null || full.MaximumInterval.ToTimeSpan() == TimeSpan.Zero)
        {
            full.MaximumInterval = Duration.FromTimeSpan(full.InitialInterval.ToTimeSpan() * 100);
        }

        return full;
    }

    /// <returns>The back-off before the next attempt, or why there is none.</returns>
    public static (TimeSpan? Backoff, RetryState State) Next(RetryPolicy? policy, int attempt, Failure? failure, DateTimeOffset now, DateTimeOffset? expiration)
    {
        if (policy is null)
        {
            return (null, RetryState.RetryPolicyNotSet);
        }

        if (!IsRetryable(failure, policy))
        {
            return (null, RetryState.NonRetryableFailure);
        }

        if (policy.MaximumAttempts > 0 && attempt >= policy.MaximumAttempts)
        {
            return (null, RetryState.MaximumAttemptsReached);
        }

        var backoff = failure?.ApplicationFailureInfo?.NextRetryDelay?.ToTimeSpan() ?? Interval(policy, attempt);
        return expiration is { } end && now + backoff > end ? (null, RetryState.Timeout) : (backoff, RetryState.InProgress);
    }

    public static TimeSpan Interval(RetryPolicy policy, int attempt)
    {
        var seconds = policy.InitialInterval.ToTimeSpan().TotalSeconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        var most = policy.MaximumInterval?.ToTimeSpan() ?? TimeSpan.Zero;
        return most > TimeSpan.Zero && (seconds > most.TotalSeconds || double.IsInfinity(seconds)) ? most : TimeSpan.FromSeconds(seconds);
    }

    public static bool IsRetryable(Failure? failure, RetryPolicy policy) => failure?.FailureInfoCase switch
    {
        null => true,
        Failure.FailureInfoOneofCase.TerminatedFailureInfo or Failure.FailureInfoOneofCase.CanceledFailureInfo => false,
        Failure.FailureInfoOneofCase.TimeoutFailureInfo =>
            failure.TimeoutFailureInfo.TimeoutType is TimeoutType.StartToClose or TimeoutType.Heartbeat
            && !policy.NonRetryableErrorTypes.Contains(TimeoutTypePrefix + failure.TimeoutFailureInfo.TimeoutType),
        Failure.FailureInfoOneofCase.ServerFailureInfo => !failure.ServerFailureInfo.NonRetryable,
        Failure.FailureInfoOneofCase.ApplicationFailureInfo =>
            !failure.ApplicationFailureInfo.NonRetryable && !policy.NonRetryableErrorTypes.Contains(failure.ApplicationFailureInfo.Type),
        _ => true,
    };
}
