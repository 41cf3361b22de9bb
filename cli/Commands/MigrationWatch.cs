using Idp.Api;
using Idp.Cli.Planes;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace Idp.Cli.Commands;

/// <summary>Follows one migration until its object has moved, or until it has ended.</summary>
internal sealed class MigrationWatch(Plane plane, TextWriter talk)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(300);

    /// <exception cref="CliException">The saga refused before it began.</exception>
    public async Task<MigrationView> WaitAsync(MigrationRequest request, CancellationToken cancellationToken)
    {
        var log = plane.Get<MigrationLog>();
        MigrationPhase? shown = null;
        while (true)
        {
            var record = await log.FindAsync(request.Id, cancellationToken);
            if (record is null)
            {
                await DemandRunningAsync(request, cancellationToken);
            }
            else if (record.Phase != shown)
            {
                shown = record.Phase;
                await talk.WriteLineAsync($"idp: {record.Id} {record.Phase}{Hint(record)}");
            }

            if (record is { Phase: MigrationPhase.Grace or MigrationPhase.CleaningUp or MigrationPhase.Done or MigrationPhase.RolledBack or MigrationPhase.Failed })
            {
                return await plane.Get<MigrationReader>().ReadAsync(record, cancellationToken);
            }

            await Task.Delay(Period, TimeProvider.System, cancellationToken);
        }
    }

    private static string Hint(MigrationRecord record) => record.Phase switch
    {
        MigrationPhase.AwaitingApproval => $": idp migration approve {record.Id}",
        MigrationPhase.Parked => $": {record.LastError}; idp migration resume {record.Id}, or cancel",
        MigrationPhase.RolledBack or MigrationPhase.Failed => $": {record.LastError}",
        _ => string.Empty,
    };

    private async Task DemandRunningAsync(MigrationRequest request, CancellationToken cancellationToken)
    {
        var saga = plane.Get<ITemporalClient>().GetWorkflowHandle(MigrationRequest.WorkflowIdOf(request.Object));
        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        var described = await saga.DescribeAsync(new() { Rpc = rpc });
        if (described.Status is WorkflowExecutionStatus.Completed
            && await saga.GetResultAsync<MigrationStatus>(rpcOptions: rpc) is { LastError: { } refusal } ended && ended.Id == request.Id)
        {
            throw CliException.Refused($"{request.Id} was refused: {refusal}");
        }
    }
}
