using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Idp.DevServer.Tests.Differential;

internal static class TourActivities
{
    [Activity]
    public static string Greet(string name) => $"hello {name}";

    [Activity]
    public static string Fail() => throw new ApplicationFailureException("no greeting", "Rude");

    [Activity]
    public static async Task<string> HeartbeatThenFailOnceAsync()
    {
        var info = ActivityExecutionContext.Current.Info;
        if (info.Attempt > 1)
        {
            return $"attempt {info.Attempt} knows {info.HeartbeatDetails.Count}";
        }

        ActivityExecutionContext.Current.Heartbeat("half");
        await Task.Yield();
        throw new ApplicationFailureException("once more", "Again");
    }
}
