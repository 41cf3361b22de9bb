using Idp.DevServer.Engine;
using Idp.DevServer.Persistence;
using Idp.DevServer.Visibility.Storage;

namespace Idp.DevServer.Visibility;

/// <summary>Lists and counts.</summary>
internal static class VisibilityServices
{
    public static IServiceCollection AddVisibility(this IServiceCollection services) => services
        .AddSingleton<ISchemaPart, VisibilitySchema>()
        .AddSingleton<VisibilityStore>()
        .AddSingleton<IVisibilitySink>(provider => provider.GetRequiredService<VisibilityStore>())
        .AddSingleton<VisibilityHandlers>();
}
