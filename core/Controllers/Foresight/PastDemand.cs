using System.Collections.Immutable;
using Idp.Core.Forecasting;
using Idp.Core.Planning;

namespace Idp.Core.Controllers.Foresight;

/// <summary>Lets the forecasters of all objects learn from the hours that have passed since the last run.</summary>
internal sealed class PastDemand
{
    private readonly ForesightSnapshot _snapshot;
    private readonly CohortProfiles _profiles;
    private readonly DemandViews _views;
    private readonly ForesightMemory?[] _memories;
    private readonly List<ForesightWarning> _warnings = [];
    private readonly double[][] _reads;
    private readonly double[][] _writes;

    public PastDemand(ForesightSnapshot snapshot, ForecastOptions options)
    {
        _snapshot = snapshot;
        _profiles = LoadProfiles(snapshot);
        _views = new DemandViews(Regions, options, _profiles);
        _memories = [.. snapshot.Objects.Select(Restore)];
        _reads = [.. _memories.Select(memory => new double[HoursSince(memory) * Regions])];
        _writes = [.. _reads.Select(counts => new double[counts.Length])];
        Sort(snapshot);
        Learn();
    }

    public ForecastScores Scores => _views.Scores;

    /// <value>By hour, object and region.</value>
    public ImmutableArray<ForesightWarning> Warnings => [.. _warnings];

    private int Regions => _snapshot.Regions.Length;

    public LearnedDemand Of(int obj)
    {
        using var state = new MemoryStream();
        _views.Save(obj, state);
        return new LearnedDemand(_memories[obj], new DemandWindow(Regions, _reads[obj], _writes[obj]), _views.Of(obj), state.ToArray());
    }

    public ReadOnlyMemory<byte> SaveProfiles()
    {
        using var target = new MemoryStream();
        _profiles.Save(target);
        return target.ToArray();
    }

    private static CohortProfiles LoadProfiles(ForesightSnapshot snapshot)
    {
        if (!snapshot.Profiles.IsEmpty)
        {
            try
            {
                using var source = new MemoryStream(snapshot.Profiles.ToArray());
                return CohortProfiles.Load(source) is var profiles && profiles.Regions == snapshot.Regions.Length ? profiles : New();
            }
            catch (FormatException)
            {
                // Of an earlier release: learned anew.
            }
        }

        return New();

        CohortProfiles New() => new(snapshot.Regions.Length, maxCohorts: 1);
    }

    // A state of other regions or of another release is worth less than the trouble of translating it.
    private ForesightMemory? Restore(ForesightSubject subject)
    {
        if (subject.Recall(_snapshot.LastHour) is { } memory && memory.Regions.SequenceEqual(_snapshot.Regions.Select(region => region.Id)))
        {
            using var source = new MemoryStream(memory.Demand.ToArray());
            if (_views.TryRestore(source) is not null)
            {
                return memory;
            }
        }

        _views.Add(_snapshot.LastHour);
        return null;
    }

    private int HoursSince(ForesightMemory? memory) => memory is null ? 1 : Math.Max(0, _snapshot.LastHour - memory.LastHour);

    private void Sort(ForesightSnapshot snapshot)
    {
        var objects = snapshot.Objects.Index().ToDictionary(entry => entry.Item.Object, entry => entry.Index);
        var regions = snapshot.Regions.Index().ToDictionary(entry => entry.Item.Id, entry => entry.Index);
        foreach (var row in snapshot.Hours)
        {
            if (objects.TryGetValue(row.Object, out var obj) && regions.TryGetValue(row.Caller, out var region)
                && row.Hour <= snapshot.LastHour && row.Hour - FirstHour(obj) is >= 0 and var hour)
            {
                _reads[obj][(hour * Regions) + region] += row.Reads;
                _writes[obj][(hour * Regions) + region] += row.Writes;
            }
        }
    }

    // Hour by hour over all objects, as they learn from each other.
    private void Learn()
    {
        var first = Enumerable.Range(0, _memories.Length).Select(FirstHour).DefaultIfEmpty(_snapshot.LastHour + 1).Min();
        for (var hour = first; hour <= _snapshot.LastHour; hour++)
        {
            for (var obj = 0; obj < _memories.Length; obj++)
            {
                if (hour - FirstHour(obj) is >= 0 and var row)
                {
                    for (var region = 0; region < Regions; region++)
                    {
                        if (_views.Observe(obj, region, hour, _reads[obj][(row * Regions) + region], _writes[obj][(row * Regions) + region]) is { } warning)
                        {
                            _warnings.Add(new ForesightWarning(_snapshot.Objects[obj].Object, _snapshot.Regions[region].Id, warning));
                        }
                    }
                }
            }
        }
    }

    private int FirstHour(int obj) => _snapshot.LastHour + 1 - (_reads[obj].Length / Regions);
}
