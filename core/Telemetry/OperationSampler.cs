namespace Idp.Core.Telemetry;

/// <summary>Gathers a sample in bounded memory: what does not fit makes it coarser by whole objects, never by single operations.</summary>
/// <remarks>Not thread-safe. A busy object that fits in no sample leaves it, so memory stays bounded whatever happens.</remarks>
/// <param name="maxEvents">From 0; with 0 there is only <see cref="OperationSample.Lost"/>.</param>
/// <param name="level">To start with.</param>
public sealed class OperationSampler(int maxEvents, int level = 0)
{
    private List<OperationEvent> _events = [];

    public int Level { get; private set; } = maxEvents == 0 ? OperationSample.MaxLevel : level;

    public void Add(OperationEvent operation)
    {
        while (OperationSample.Has(operation.Object, Level))
        {
            if (_events.Count < maxEvents)
            {
                _events.Add(operation);
                return;
            }

            if (Level == OperationSample.MaxLevel)
            {
                return;
            }

            Level++;
            _events.RemoveAll(earlier => !OperationSample.Has(earlier.Object, Level));
        }
    }

    /// <summary>Takes out what was gathered, and begins anew: one level finer when there was ample room.</summary>
    public OperationSample Take()
    {
        var sample = new OperationSample(Level, [.. _events]);
        if (Level > 0 && _events.Count < maxEvents / 4)
        {
            Level--;
        }

        _events = [];
        return sample;
    }
}
