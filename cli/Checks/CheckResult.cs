namespace Idp.Cli.Checks;

/// <summary>One line of <c>idp status</c> or <c>idp doctor</c>.</summary>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to do about it; null when nothing.</param>
internal sealed record CheckResult(string Name, CheckState State, string Detail, string? Remedy = null)
{
    /// <summary>Runs a check; whatever goes wrong becomes its failure.</summary>
    public static async Task<CheckResult> OfAsync(
        string name, string remedy, Func<CancellationToken, Task<string>> check, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            return new CheckResult(name, CheckState.Ok, await check(limit.Token));
        }
        catch (CheckWarning warning)
        {
            return new CheckResult(name, CheckState.Warn, warning.Message, remedy);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // A check is there to find out what fails, whatever it is.
            return new CheckResult(name, CheckState.Fail, failure is OperationCanceledException ? "no answer within 5 s" : Innermost(failure), remedy);
        }
    }

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure.Message.Split('\n')[0];
    }
}
