using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Idp.Api;

public static class ServiceCollectionExtensions
{
    /// <summary>What the API needs beyond the control plane's own services and a Temporal client.</summary>
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
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        });
        return builder;
    }

    public static WebApplication MapIdpApi(this WebApplication app)
    {
        app.MapGet("/livez", () => Results.Text("ok"));
        return app;
    }
}
