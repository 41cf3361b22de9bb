using Idp.Embedded;

namespace Idp.Cli.Local;

/// <summary>Waits for a process to answer.</summary>
internal static class Readiness
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <exception cref="EmbeddedServerException">It ended, or did not answer in time.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> answers, SupervisedProcess process, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Limit)
        {
            try
            {
                if (await answers())
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            if (process.Restarts > 2)
            {
                break;
            }

            await Task.Delay(Between, TimeProvider.System, cancellationToken);
        }

        throw new EmbeddedServerException($"{what} did not answer within {Limit.TotalSeconds:F0} s; see {process.LogFile}. Its last words: {process.LastOutput}");
    }
}
