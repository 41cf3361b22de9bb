using Idp.DevServer.Persistence;
using Idp.DevServer.Schedules.Handlers;
using Idp.DevServer.Schedules.Runtime;
using Idp.DevServer.Time;

namespace Idp.DevServer.Schedules;

internal static class ScheduleServices
{
    /// <summary>Adds schedules. Once the engine has recovered, <see cref="ScheduleDirectory.RecoverAsync"/> takes them up.</summary>
    public static IServiceCollection AddSchedules(this IServiceCollection services) => services
        .AddSingleton<ISchemaPart, ScheduleSchema>()
        .AddSingleton<SchedulePulse>()
        .AddSingleton<ScheduleCalls>()
        .AddSingleton<ScheduleDirectory>()
        .AddSingleton<IActivityGauge>(provider => provider.GetRequiredService<ScheduleDirectory>())
        .AddSingleton<ScheduleChecks>()
        .AddSingleton<ScheduleHandlers>()
        .AddSingleton<ScheduleListHandlers>()
        .AddHostedService<ScheduleRecovery>();
}
