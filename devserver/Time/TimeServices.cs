using Idp.DevServer.Hosting;

namespace Idp.DevServer.Time;

internal static class TimeServices
{
    /// <summary>Adds the one clock of the server; the test server's can skip.</summary>
    public static IServiceCollection AddTime(this IServiceCollection services, ServerOptions options) => options.IsTestServer
        ? services
            .AddSingleton(_ => new SkippingClock(TimeProvider.System))
            .AddSingleton<TimeProvider>(provider => provider.GetRequiredService<SkippingClock>())
            .AddSingleton<TimeSkipper>()
            .AddSingleton<TestServiceHandlers>()
            .AddHostedService<SkippingStart>()
        : services.AddSingleton(TimeProvider.System);
}
