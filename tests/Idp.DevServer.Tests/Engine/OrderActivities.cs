using Temporalio.Activities;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Engine;

/// <summary>What orders do.</summary>
public static class OrderActivities
{
    [Activity]
    public static string Echo(string text) => text;

    [Activity]
    public static async Task<string> FlakyAsync(string id, int failures)
    {
        await Task.Yield();
        return ActivityExecutionContext.Current.Info.Attempt <= failures ? throw new InvalidOperationException("not yet " + id) : "flaky";
    }
}
