using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Idp.Activities;
using Idp.Testing.Planes;
using Idp.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Idp.Api.Tests;

/// <summary>The real API on a loopback port, with a worker when asked for.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>The collection of classes that start workers: all poll the same queues of one engine, and would carry out each other's workflows.</summary>
    public const string WithWorker = "with a worker";

    private readonly WebApplication _app;
    private readonly IHost? _worker;

    private ApiHost(WebApplication app, IHost? worker, string token)
    {
        _app = app;
        _worker = worker;
        Address = new Uri(app.Urls.Single());
        Token = token;
        Open = new HttpClient { BaseAddress = Address };
        Http = new HttpClient { BaseAddress = Address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Address { get; }

    public string Token { get; }

    /// <summary>With the token.</summary>
    public HttpClient Http { get; }

    /// <summary>Without.</summary>
    public HttpClient Open { get; }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public IEnumerable<RouteEndpoint> Routes => Get<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public static async Task<ApiHost> StartAsync(PlaneFixture plane, bool withWorker = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(plane.Settings);
        builder.Logging.AddFilter("Idp", LogLevel.Warning);
        var tokenFile = Path.Combine(plane.Home, "api-token");
        builder.Services.AddIdpPlane().AddIdpTemporalClient().AddIdpApi(tokenFile);
        builder.UseIdpKestrel();
        var app = builder.Build();
        app.MapIdpApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ApiHost(app, withWorker ? await StartWorkerAsync(plane) : null, await File.ReadAllTextAsync(tokenFile, TestContext.Current.CancellationToken));
    }

    public async Task<JsonObject> GetJsonAsync(string path) =>
        (await Http.GetFromJsonAsync<JsonObject>($"/api/v1/{path}", TestContext.Current.CancellationToken))!;

    /// <summary>Asks again and again, for a minute at most.</summary>
    public async Task<JsonObject> UntilAsync(string path, Func<JsonObject, bool> isReached)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var view = await GetJsonAsync(path);
            if (isReached(view))
            {
                return view;
            }

            if (limit.IsCancellationRequested)
            {
                Assert.Fail($"{path} did not come so far within a minute: {view}");
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Open.Dispose();
        await _app.DisposeAsync();
        if (_worker is not null)
        {
            await _worker.StopAsync(CancellationToken.None);
            _worker.Dispose();
        }
    }

    private static async Task<IHost> StartWorkerAsync(PlaneFixture plane)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(plane.Settings);
        builder.Services.AddIdpPlane().AddIdpActivities().AddIdpWorker();
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}
