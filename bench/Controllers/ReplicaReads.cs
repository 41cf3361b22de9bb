using Idp.Core;
using Idp.Core.Controllers.Consistency;
using Idp.Core.Telemetry;
using Idp.Simulation;

namespace Idp.Bench.Controllers;

/// <summary>Serves reads from a lagging replica as each level allows, and counts what they missed.</summary>
internal sealed class ReplicaReads(Random random)
{
    private readonly Dictionary<ObjectId, List<Written>> _writes = [];

    public long Reads { get; private set; }

    public long Strong { get; private set; }

    /// <value>Reads that missed what was declared of them.</value>
    public long DeclaredViolations { get; private set; }

    /// <value>Reads of operations of which nobody has said what they bear, that missed another session's write.</value>
    public long UndeclaredStale { get; private set; }

    /// <param name="lagScale">1 on ordinary days: lags have a median of 0.3 s and a P99 of 2 s.</param>
    public void Serve(OperationEvent now, OperationKind kind, ReadLevel level, double lagScale)
    {
        if (!_writes.TryGetValue(now.Object, out var writes))
        {
            _writes.Add(now.Object, writes = []);
        }

        writes.RemoveAll(write => write.Arrives < now.At - TimeSpan.FromHours(1));
        if (now.IsWrite)
        {
            writes.Add(new Written(now.At, now.At.AddSeconds(lagScale * 0.3 * Math.Exp(0.8156 * random.Normal())), now.Session));
            return;
        }

        Reads++;
        Strong += level == ReadLevel.Strong ? 1 : 0;
        var missed = writes.Where(write => write.Arrives > now.At && !Shows(level, write, now)).ToArray();
        var missedOwn = missed.Any(write => write.Session == now.Session);
        var missedForeign = missed.Where(write => write.Session != now.Session).ToArray();
        var isStrong = kind.Floor == ReadLevel.Strong || kind.Invariant is not null;
        var isViolation = (isStrong && missed.Length > 0)
            || (kind.Floor == ReadLevel.Session && missedOwn)
            || (kind.Tolerance is { } bears && missedForeign.Any(write => now.At - write.At > bears));
        DeclaredViolations += isViolation ? 1 : 0;
        UndeclaredStale += !isStrong && kind.Tolerance is null && missedForeign.Length > 0 ? 1 : 0;
    }

    // What the client library does: strong goes to the owner, session waits for its own writes, a bound goes to the owner once the replica is too old.
    private static bool Shows(ReadLevel level, Written write, OperationEvent now) => level.Kind switch
    {
        ReadLevelKind.Strong => true,
        ReadLevelKind.Bounded => now.At - write.At > level.Bound,
        ReadLevelKind.Session => write.Session == now.Session,
        _ => false,
    };

    private readonly record struct Written(DateTimeOffset At, DateTimeOffset Arrives, string Session);
}
