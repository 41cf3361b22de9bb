using Idp.Testing;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Testing;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>The server whose clock runs ahead while a test awaits a result; one class at a time, since its time is shared.</summary>
public sealed class TimeSkippingServer : IAsyncLifetime
{
    private WorkflowEnvironment? _environment;
    private IdpWorkers? _workers;

    /// <summary>Skips the test where there is no server.</summary>
    public IdpWorkers Workers
    {
        get
        {
            Assert.SkipWhen(_workers is null, TemporalTools.Missing);
            return _workers!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (await EngineUnderTest.FindTimeSkippingServerAsync(CancellationToken.None) is { } server)
        {
            _environment = await WorkflowEnvironment.StartTimeSkippingAsync(new() { TestServer = new() { ExistingPath = server } });
            var attributes = new AddSearchAttributesRequest { Namespace = _environment.Client.Options.Namespace };
            attributes.SearchAttributes.Add(IdpSearchAttributes.Names.ToDictionary(name => name, _ => IndexedValueType.Keyword));
            await _environment.Client.Connection.OperatorService.AddSearchAttributesAsync(attributes);
            _workers = new IdpWorkers(_environment.Client);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_workers?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_environment?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
