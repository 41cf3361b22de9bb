using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>What a retry policy may say.</summary>
internal static class RetryRules
{
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Check(RetryPolicy policy)
    {
        if (policy.MaximumAttempts == 1)
        {
            return null;
        }

        var initial = policy.InitialInterval?.ToTimeSpan() ?? TimeSpan.Zero;
        var most = policy.MaximumInterval?.ToTimeSpan() ?? TimeSpan.Zero;
        if (initial < TimeSpan.Zero)
        {
            return "invalid InitialInterval set on retry policy: negative duration";
        }

        if (policy.BackoffCoefficient < 1)
        {
            return "BackoffCoefficient cannot be less than 1 on retry policy.";
        }

        if (most < TimeSpan.Zero)
        {
            return "invalid MaximumInterval set on retry policy: negative duration";
        }

        if (most > TimeSpan.Zero && most < initial)
        {
            return "MaximumInterval cannot be less than InitialInterval on retry policy.";
        }

        return policy.MaximumAttempts < 0 ? "MaximumAttempts cannot be negative on retry policy." : null;
    }
}
