using Idp.Core.Telemetry;

namespace Idp.Client;

/// <summary>Delivers what was recorded, in the background. A batch keeps its id until it is delivered, so it counts once.</summary>
internal sealed class TelemetrySender : IAsyncDisposable
{
    // Rows are bounded by the recorder; single operations are not worth more memory than this.
    private const int MaxWaitingSamples = 20;

    private readonly TelemetryRecorder _recorder;
    private readonly RegionId _callerRegion;
    private readonly Func<TelemetryBatch, CancellationToken, Task> _deliver;
    private readonly TelemetryOptions _options;
    private readonly TimeProvider _clock;
    private readonly ClientInstruments _instruments;
    private readonly Queue<TelemetryBatch> _waiting = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;

    public TelemetrySender(
        TelemetryRecorder recorder,
        RegionId callerRegion,
        Func<TelemetryBatch, CancellationToken, Task> deliver,
        TelemetryOptions options,
        TimeProvider clock,
        ClientInstruments instruments)
    {
        _recorder = recorder;
        _callerRegion = callerRegion;
        _deliver = deliver;
        _options = options;
        _clock = clock;
        _instruments = instruments;
        _timer = new PeriodicTimer(options.FlushInterval, clock);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Stops, and delivers the rest within the time-out of one delivery.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _timer.Dispose();
        await _loop;
        using var lastCall = new CancellationTokenSource(_options.DeliveryTimeout, _clock);
        await FlushAsync(lastCall.Token);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            await FlushAsync(_stopping.Token);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var (accesses, operations) = _recorder.Take();
        if (operations is not null && _waiting.Count >= MaxWaitingSamples)
        {
            operations = OperationSample.Lost;
        }

        // Operations of objects that found no room among the rows still count.
        foreach (var rows in accesses.IsEmpty && operations?.Events.IsEmpty is false ? [[]] : accesses.Chunk(_options.MaxBatchRows))
        {
            // Ids must differ between processes, also between those that share a seed.
            _waiting.Enqueue(new TelemetryBatch(Guid.NewGuid(), _callerRegion, [.. rows], operations));
            operations = operations is null ? null : operations with { Events = [] };
        }

        while (_waiting.TryPeek(out var batch) && await HasEndedAsync(batch, cancellationToken))
        {
            _waiting.Dequeue();
        }
    }

    /// <returns>False when the batch must be delivered again.</returns>
    private async Task<bool> HasEndedAsync(TelemetryBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = new CancellationTokenSource(_options.DeliveryTimeout, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await _deliver(batch, either.Token).WaitAsync(either.Token);
            _recorder.Release(batch, isDelivered: true);
            return true;
        }
        catch (Exception failure)
        {
            // Telemetry never disturbs the application, whatever its delivery throws.
            _instruments.TelemetryNotDelivered(failure);
            var isRefused = failure is HttpRequestException { StatusCode: { } status } && ControlPlaneClient.IsFinal(status);
            if (isRefused)
            {
                _recorder.Release(batch, isDelivered: false);
            }

            return isRefused;
        }
    }
}
