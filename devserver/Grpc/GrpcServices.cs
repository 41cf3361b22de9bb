using Grpc.AspNetCore.Server.Model;
using Grpc.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Idp.DevServer.Grpc;

/// <summary>The gRPC front: all services, health and reflection.</summary>
internal static class GrpcServices
{
    public static IServiceCollection AddGrpcFront(this IServiceCollection services)
    {
        services.AddGrpc(options =>
        {
            // The marshaller keeps the limit, to answer what the genuine server answers.
            options.MaxReceiveMessageSize = null;
            options.MaxSendMessageSize = null;
            options.IgnoreUnknownServices = true;
        });
        services.AddGrpcHealthChecks(options =>
            {
                foreach (var service in ServiceCatalog.All)
                {
                    options.Services.Map(service.FullName, _ => true);
                }
            })
            .AddCheck("front", () => HealthCheckResult.Healthy());
        services.AddSingleton<RpcFailures>();
        services.AddSingleton(provider => new RpcHandlerSet(
            [.. services.Where(IsHandler).Select(s => provider.GetRequiredService(s.ServiceType)).Distinct()]));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<TemporalFront>, TemporalFrontMethods>());
        services.AddSingleton(new ReflectionServiceImpl(
            [.. ServiceCatalog.All, global::Grpc.Health.V1.Health.Descriptor, global::Grpc.Reflection.V1Alpha.ServerReflection.Descriptor]));
        return services;
    }

    public static void MapGrpcFront(this WebApplication app)
    {
        app.MapGrpcService<TemporalFront>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcService<ReflectionServiceImpl>();
    }

    private static bool IsHandler(ServiceDescriptor service) =>
        service.ImplementationType?.IsDefined(typeof(RpcHandlersAttribute), inherit: false) == true;
}
