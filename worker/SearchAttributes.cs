using Idp.Workflows;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Worker;

/// <summary>Registers our search attributes in the namespace, where this worker may; workflows cannot start without them.</summary>
internal sealed partial class SearchAttributes(ITemporalClient temporal, ILogger<SearchAttributes> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var request = new AddSearchAttributesRequest { Namespace = temporal.Options.Namespace };
        foreach (var name in IdpSearchAttributes.Names)
        {
            request.SearchAttributes.Add(name, IndexedValueType.Keyword);
        }

        try
        {
            await temporal.Connection.OperatorService.AddSearchAttributesAsync(request, new() { CancellationToken = cancellationToken });
        }
        catch (RpcException known) when (known.Code is RpcException.StatusCode.AlreadyExists)
        {
            // Another worker, or an earlier start, was first.
        }
        catch (RpcException refused) when (refused.Code is RpcException.StatusCode.PermissionDenied or RpcException.StatusCode.Unimplemented)
        {
            LogNotAllowed(string.Join(", ", IdpSearchAttributes.Names), refused.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "This worker may not register search attributes ({Reason}); an operator must create {Names}, each of type Keyword")]
    private partial void LogNotAllowed(string names, string reason);
}
