using System.Net;
using System.Net.Sockets;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>Stands between one mover and its stores, counts the commands it sends, and makes it crash at exactly one of them.</summary>
/// <remarks>A boundary is a message that the server answers: a simple query, a Sync, the end of a COPY. What the driver sends ahead of a command, such as BEGIN, travels with it.</remarks>
internal sealed class CrashRelay : IAsyncDisposable
{
    private readonly List<(TcpListener Listener, int ServerPort)> _routes = [];
    private readonly List<Task> _running = [];
    private readonly List<RelayLink> _links = [];
    private readonly Lock _gate = new();
    private readonly List<string> _commands = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _fired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CrashKind _kind;
    private int _crashAt = int.MaxValue;
    private int _count;
    private bool _isArmed;
    private bool _isDead;

    public CrashRelay(IEnumerable<int> serverPorts)
    {
        foreach (var port in serverPorts)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            _routes.Add((listener, port));
        }

        _running.AddRange(_routes.Select(route => AcceptAsync(route.Listener, route.ServerPort)));
    }

    /// <summary>Where the mover dials, in the order of the servers given.</summary>
    public IReadOnlyList<int> Ports => [.. _routes.Select(route => ((IPEndPoint)route.Listener.LocalEndpoint).Port)];

    /// <summary>Completes when the mover has reached the boundary.</summary>
    public Task Fired => _fired.Task;

    /// <summary>Completes when a stalled mover may go on.</summary>
    public Task Released => _released.Task;

    /// <summary>Boundaries passed since <see cref="Arm"/>.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The beginning of the command at the boundary.</summary>
    public string? FiredAt { get; private set; }

    /// <summary>The number of the last boundary whose command is this one.</summary>
    public int LastOf(string command)
    {
        lock (_gate)
        {
            return _commands.LastIndexOf(command) + 1;
        }
    }

    /// <summary>Our ends of the links to servers: how a stalled mover's sessions are known there.</summary>
    public IReadOnlyList<int> ServerSidePorts
    {
        get
        {
            lock (_gate)
            {
                return [.. _links.Select(link => link.LocalPort)];
            }
        }
    }

    /// <summary>Begins to count; the boundary numbered <paramref name="crashAt"/>, from 1, is the last one.</summary>
    public void Arm(int crashAt, CrashKind kind) => (_count, _crashAt, _kind, _isArmed) = (0, crashAt, kind, true);

    /// <summary>Lets a stalled mover go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Ends one of the mover's sessions, as a server does that has waited long enough.</summary>
    public void Cut(int serverSidePort)
    {
        lock (_gate)
        {
            _links.Find(link => link.LocalPort == serverSidePort)?.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Release();
        _routes.ForEach(route => route.Listener.Dispose());
        Die();
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running);
        _stopping.Dispose();
    }

    /// <returns>Whether the answer of the command must not arrive.</returns>
    internal async Task<bool> PassAsync(string command)
    {
        var boundary = 0;
        lock (_gate)
        {
            if (_isArmed)
            {
                boundary = ++_count;
                _commands.Add(command);
            }
        }

        if (boundary != _crashAt)
        {
            // A stalled mover stands still as a whole, also where it has lost a session and did not mind.
            await (_kind is CrashKind.Stall && boundary > _crashAt ? _released.Task : Task.CompletedTask);
            return false;
        }

        FiredAt = command;
        if (_kind is CrashKind.BeforeAnswer)
        {
            return true;
        }

        // First, so that whoever sees the link die knows why.
        _fired.TrySetResult();
        if (_kind is CrashKind.BeforeCommand)
        {
            Die();
            return false;
        }

        await _released.Task;
        return false;
    }

    internal void DieAnswered()
    {
        _fired.TrySetResult();
        Die();
    }

    private void Die()
    {
        lock (_gate)
        {
            _isDead = true;
            _links.ForEach(link => link.Dispose());
        }
    }

    private async Task AcceptAsync(TcpListener listener, int serverPort)
    {
        try
        {
            while (true)
            {
                var link = new RelayLink(this, await listener.AcceptTcpClientAsync(_stopping.Token));
                var isDead = false;
                lock (_gate)
                {
                    _links.Add(link);
                    isDead = _isDead;
                }

                if (isDead || !await link.TryConnectAsync(serverPort))
                {
                    link.Dispose();
                    continue;
                }

                lock (_gate)
                {
                    _running.Add(link.RunAsync());
                }
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }
}
