namespace Idp.DevServer.Engine.Runs;

/// <summary>A run's place in the queue of deadlines.</summary>
internal sealed class DeadlineEntry
{
    public DateTimeOffset? At { get; set; }

    public long Order { get; set; }
}
