using System.Text.Json;
using System.Threading.Channels;

namespace Idp.Client;

/// <summary>Keeps the route book fresh from disk and control plane, and the disk fresh from the book. No query ever waits for it.</summary>
internal sealed class RouteKeeper : IAsyncDisposable
{
    private readonly RouteBook _book;
    private readonly ControlPlaneClient? _controlPlane;
    private readonly RouteFile? _file;
    private readonly RoutingOptions _options;
    private readonly TimeProvider _clock;
    private readonly Jitter _jitter;
    private readonly ClientInstruments _instruments;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _hasRoutes = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Holds one sign at most: whatever changed meanwhile is saved together.
    private readonly Channel<bool> _unsaved = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _loops;

    public RouteKeeper(
        RouteBook book, ControlPlaneClient? controlPlane, RoutingOptions options, TimeProvider clock, Jitter jitter, ClientInstruments instruments)
    {
        _book = book;
        _controlPlane = controlPlane;
        _options = options;
        _clock = clock;
        _jitter = jitter;
        _instruments = instruments;
        _file = options.CacheFile is { } path ? new RouteFile(path) : null;
        Load();
        _book.Changed = OnChanged;
        if (_book.Snapshot.Table.Version > 0)
        {
            _hasRoutes.TrySetResult();
        }

        _loops = Task.WhenAll(Task.Run(FollowAsync), Task.Run(SaveAsync));
    }

    public Task HasRoutes => _hasRoutes.Task;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loops;
        if (_unsaved.Reader.TryRead(out _))
        {
            WriteFile();
        }

        _stopping.Dispose();
    }

    private void OnChanged()
    {
        _unsaved.Writer.TryWrite(true);
        _hasRoutes.TrySetResult();
    }

    private void Load()
    {
        try
        {
            if (_file?.Read() is { } document)
            {
                _book.Apply(document);
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            _instruments.RoutingCacheDamaged(failure);
        }
    }

    private async Task FollowAsync()
    {
        for (var failures = 0; _controlPlane is not null && !_stopping.IsCancellationRequested;)
        {
            try
            {
                using var renewal = new CancellationTokenSource(_options.RenewAfter, _clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(renewal.Token, _stopping.Token);
                await FollowOnceAsync(_controlPlane, () => failures = 0, either.Token);
            }
            catch (OperationCanceledException)
            {
                // Stopping, or time to renew.
            }
            catch (Exception failure)
            {
                // Whatever it answers, an ailing control plane must not end the following of routes.
                _instruments.ControlPlaneUnreachable(failure);
            }

            failures++;
            await PauseAsync(_jitter.Delay(_options.FirstReconnectDelay, _options.MaxReconnectDelay, failures));
        }
    }

    // The table is read again once subscribed, so that no change falls between the two.
    private async Task FollowOnceAsync(ControlPlaneClient controlPlane, Action onConnected, CancellationToken cancellationToken)
    {
        _book.Follow(await controlPlane.GetRoutesAsync(cancellationToken));
        using var events = await controlPlane.OpenEventsAsync(cancellationToken);
        _book.Follow(await controlPlane.GetRoutesAsync(cancellationToken));
        onConnected();
        await foreach (var document in ControlPlaneClient.ReadAsync(events, cancellationToken))
        {
            _book.Apply(document);
        }
    }

    private async Task SaveAsync()
    {
        while (_file is not null && !_stopping.IsCancellationRequested)
        {
            try
            {
                await _unsaved.Reader.WaitToReadAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await PauseAsync(_options.SaveDelay);
            if (!_stopping.IsCancellationRequested && _unsaved.Reader.TryRead(out _))
            {
                WriteFile();
            }
        }
    }

    private void WriteFile()
    {
        try
        {
            _file?.Write(_book.Snapshot.ToDocument());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _instruments.RoutingCacheNotSaved(failure);
        }
    }

    private async Task PauseAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, _clock, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
