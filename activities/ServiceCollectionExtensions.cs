using System.Collections.Immutable;
using Idp.Activities.Actuators;
using Idp.Activities.Controllers;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Arbitration;
using Idp.Core.Controllers.Compliance;
using Idp.Core.Controllers.Consistency;
using Idp.Core.Controllers.Cost;
using Idp.Core.Controllers.Foresight;
using Idp.Core.Controllers.Placement;
using Idp.Core.Controllers.Replication;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Core.Value;
using Idp.Policies;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Idp.Activities;

public static class ServiceCollectionExtensions
{
    /// <summary>The control database, the regions and the policies: what worker, API and CLI share.</summary>
    /// <remarks>Options are read from section <see cref="PlaneOptions.Section"/> and checked at start, all errors at once.</remarks>
    public static IServiceCollection AddIdpPlane(this IServiceCollection services)
    {
        services.AddOptions<PlaneOptions>().BindConfiguration(PlaneOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<BatchOptions>().BindConfiguration(BatchOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<CostOptions>().BindConfiguration(CostOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => Clock(provider.GetRequiredService<IOptions<PlaneOptions>>().Value.Clock));
        services.AddSingleton(provider =>
        {
            var database = new NpgsqlDataSourceBuilder(provider.GetRequiredService<IOptions<PlaneOptions>>().Value.ControlDatabase);
            database.ConnectionStringBuilder.ApplicationName ??= "idp-control";
            return database.Build();
        });
        services.AddSingleton(provider =>
            new RegionStores(RegionEndpoint.ReadFile(provider.GetRequiredService<IOptions<PlaneOptions>>().Value.RegionsFile)));
        services.AddSingleton(provider =>
        {
            using var csv = File.OpenText(provider.GetRequiredService<IOptions<PlaneOptions>>().Value.RoundTripsFile);
            return RoundTrips.Parse(csv);
        });
        services.AddSingleton(provider => new PolicyGate(
            LoadPolicies(provider), provider.GetRequiredService<IOptions<PlaneOptions>>().Value.Environment, provider.GetRequiredService<TimeProvider>()));
        return services
            .AddSingleton<AlertLog>()
            .AddSingleton<BatchLog>()
            .AddSingleton<Catalog>()
            .AddSingleton<ChargeLog>()
            .AddSingleton<ControlSettings>()
            .AddSingleton<DecisionLog>()
            .AddSingleton<EvacuationLog>()
            .AddSingleton<TargetChooser>()
            .AddSingleton<LoadLog>()
            .AddSingleton<MemoryStore>()
            .AddSingleton<MigrationLog>()
            .AddSingleton<ReconciliationLog>()
            .AddSingleton<SnapshotStore>()
            .AddSingleton<StoreReconciler>()
            .AddSingleton<TelemetryStore>();
    }

    /// <summary>Sensors, controllers and actuators, as Temporal activities.</summary>
    public static IServiceCollection AddIdpActivities(this IServiceCollection services)
    {
        services.AddOptions<PlacementOptions>().BindConfiguration(PlacementOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ForesightOptions>().BindConfiguration(ForesightOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ForecastOptions>().BindConfiguration(ForecastOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<PlannerOptions>().BindConfiguration(PlannerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ComplianceOptions>().BindConfiguration(ComplianceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<AdviceOptions>().BindConfiguration(AdviceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ConsistencyOptions>().BindConfiguration(ConsistencyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ReplicationOptions>().BindConfiguration(ReplicationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<TieringOptions>().BindConfiguration(TieringOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<LoadOptions>().BindConfiguration(LoadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ArbiterOptions>().BindConfiguration(ArbiterOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ValueOptions>().BindConfiguration(ValueOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<MoverOptions>().BindConfiguration(MoverOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<CostOptions>, PriceFileCheck>()
            .AddSingleton<SnapshotSensor>()
            .AddSingleton<LoadSensor>()
            .AddSingleton<OrphanSensor>()
            .AddSingleton<Housekeeper>()
            .AddSingleton<MoverFactory>()
            .AddSingleton<Preflight>()
            .AddSingleton<RegionGuards>()
            .AddSingleton<MigrationAlerts>()
            .AddSingleton<GroupSensor>()
            .AddSingleton<BatchRunner>()
            .AddSingleton<BatchPreflight>()
            .AddSingleton<BatchSettler>()
            .AddSingleton<ForesightRun>()
            .AddSingleton<PriceSource>()
            .AddSingleton<SpendRun>()
            .AddSingleton<ConsistencyRun>()
            .AddSingleton<AdviceRun>()
            .AddSingleton<ArbiterRun>()
            .AddSingleton<LoopActivities>()
            .AddSingleton<MigrationActivities>()
            .AddSingleton<BatchActivities>()
            .AddSingleton<EvacuationActivities>()
            .AddSingleton<ILoopActivities>(provider => provider.GetRequiredService<LoopActivities>())
            .AddSingleton<IMigrationActivities>(provider => provider.GetRequiredService<MigrationActivities>())
            .AddSingleton<IBatchActivities>(provider => provider.GetRequiredService<BatchActivities>())
            .AddSingleton<IEvacuationActivities>(provider => provider.GetRequiredService<EvacuationActivities>());
    }

    private static TimeProvider Clock(string text) =>
        text.Length == 0 ? TimeProvider.System : VirtualClock.Parse(text, TimeProvider.System);

    private static PolicySnapshot LoadPolicies(IServiceProvider provider)
    {
        var folder = provider.GetRequiredService<IOptions<PlaneOptions>>().Value.PoliciesFolder;
        ImmutableArray<RegionId> regions = [.. provider.GetRequiredService<RegionStores>().Endpoints.Select(endpoint => endpoint.Region.Id)];
        var loaded = folder.Length == 0 ? PolicyCatalog.Shipped(regions) : PolicyCatalog.LoadFolder(folder, regions);
        return loaded.Snapshot
            ?? throw new InvalidOperationException($"The policies cannot be used:{Environment.NewLine}{string.Join(Environment.NewLine, loaded.Diagnostics)}");
    }
}
