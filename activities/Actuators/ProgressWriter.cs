using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Idp.Activities.Actuators;

/// <summary>Writes how far a long step has come to the catalog, once a second at most, and keeps its slot.</summary>
/// <remarks>A catalog that does not answer never stops a copy: what could not be written is written by the next turn.</remarks>
internal sealed partial class ProgressWriter : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private const int TurnsBetweenTouches = 10;

    private readonly MigrationLog _migrations;
    private readonly MigrationId _id;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private CopyProgress? _latest;

    public ProgressWriter(MigrationLog migrations, MigrationId id, ILogger logger)
    {
        (_migrations, _id, _logger) = (migrations, id, logger);
        _writing = WriteAsync();
    }

    public void Report(CopyProgress progress) => Volatile.Write(ref _latest, progress);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        _stop.Dispose();
    }

    private async Task WriteAsync()
    {
        using var turns = new PeriodicTimer(Period);
        for (var turn = 1; ; turn++)
        {
            try
            {
                var latest = Interlocked.Exchange(ref _latest, null);
                if (latest is not null)
                {
                    await _migrations.ReportAsync(_id, latest, _stop.Token);
                }
                else if (turn % TurnsBetweenTouches == 0)
                {
                    await _migrations.TouchAsync(_id, _stop.Token);
                }

                if (_stop.IsCancellationRequested)
                {
                    return;
                }

                await turns.WaitForNextTickAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException silent)
            {
                LogSilent(_id.Value, silent.Message);
                if (!_stop.IsCancellationRequested)
                {
                    await Task.Delay(Period, TimeProvider.System, CancellationToken.None);
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The progress of {MigrationId} could not be written: {Reason}")]
    private partial void LogSilent(string migrationId, string reason);
}
