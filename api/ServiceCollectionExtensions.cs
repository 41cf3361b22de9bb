using Idp.Api.Batches;
using Idp.Api.Migrations;
using Idp.Api.Routing;
using Idp.Api.Security;
using Idp.Api.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Idp.Api;

public static class ServiceCollectionExtensions
{
    /// <summary>Starts, finds and explains: what the API and the command line share. Needs the plane's services and a Temporal client.</summary>
    public static IServiceCollection AddIdpOperations(this IServiceCollection services) => services
        .AddSingleton<TemporalLinks>()
        .AddSingleton<MigrationStarter>()
        .AddSingleton<MigrationOperator>()
        .AddSingleton<MigrationReader>()
        .AddSingleton<QuarantineLifter>()
        .AddSingleton<BatchStarter>()
        .AddSingleton<BatchOperator>()
        .AddSingleton<EvacuationStarter>()
        .AddSingleton<ComplianceReader>()
        .AddSingleton<SpendReader>()
        .AddSingleton<RegionReader>()
        .AddSingleton<AdviceReader>()
        .AddSingleton<OperationReader>()
        .AddSingleton<Explainer>()
        .AddSingleton<Replayer>();

    /// <summary>The HTTP API, on top of the plane's services and a Temporal client.</summary>
    /// <param name="tokenFile">Where the token goes unless <see cref="ApiOptions.TokenFile"/> says otherwise.</param>
    public static IServiceCollection AddIdpApi(this IServiceCollection services, string tokenFile)
    {
        services.AddOptions<ApiOptions>()
            .BindConfiguration(ApiOptions.Section)
            .PostConfigure(options => options.TokenFile = options.TokenFile.Length == 0 ? tokenFile : options.TokenFile)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddRoutingCore();
        services.AddProblemDetails();
        services.AddExceptionHandler<FailureHandler>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            // A member that is missing is a mistake of the caller, not a default.
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.RespectNullableAnnotations = true;
        });
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddAspNetCoreInstrumentation());
        services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddAspNetCoreInstrumentation());

        services.AddIdpOperations();
        services.AddSingleton<TokenKeeper>().AddHostedService(provider => provider.GetRequiredService<TokenKeeper>());
        services.AddSingleton<RouteHub>().AddHostedService(provider => provider.GetRequiredService<RouteHub>());
        services.AddSingleton<TelemetryIntake>();
        return services;
    }

    /// <summary>Kestrel with small limits; loopback unless configured otherwise.</summary>
    public static WebApplicationBuilder UseIdpKestrel(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls(builder.Configuration[$"{ApiOptions.Section}:Urls"] ?? new ApiOptions().Urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Limits.MaxBody;
        });
        return builder;
    }

    public static WebApplication MapIdpApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseMiddleware<BearerTokenMiddleware>();

        app.MapHealth();
        var api = app.MapGroup("/api/v1");
        api.MapMigrations();
        api.MapOperations();
        api.MapBatches();
        api.MapEvacuations();
        api.MapCatalog();
        api.MapRouting();
        api.MapTelemetry();
        return app;
    }
}
