namespace Idp.DevServer.Persistence;

internal static class PersistenceServices
{
    /// <summary>Adds the store; every folder adds its own <see cref="ISchemaPart"/>.</summary>
    public static IServiceCollection AddPersistence(this IServiceCollection services, StoreOptions options) =>
        services.AddSingleton(options).AddSingleton<Store>();
}
