using System.Threading.Channels;

namespace Idp.Api.Routing;

/// <summary>What waits for one subscriber; a subscriber that falls behind is dropped, since it can read the table anew.</summary>
internal sealed class RouteSubscription
{
    /// <summary>Most events that wait.</summary>
    public const int Capacity = 64;

    private readonly Channel<ReadOnlyMemory<byte>> _events =
        Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    public ChannelReader<ReadOnlyMemory<byte>> Events => _events.Reader;

    /// <summary>Ends when the subscriber was dropped; also what is being written to it must stop then.</summary>
    public CancellationTokenSource Dropped { get; } = new();

    /// <returns>False when it is too far behind; it is dropped then.</returns>
    public bool TryPush(ReadOnlyMemory<byte> text)
    {
        if (_events.Writer.TryWrite(text))
        {
            return true;
        }

        _events.Writer.TryComplete();
        Dropped.Cancel();
        return false;
    }
}
