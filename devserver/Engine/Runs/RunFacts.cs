namespace Idp.DevServer.Engine.Runs;

/// <summary>A run's facts by kind and id; read from the file when first asked.</summary>
internal sealed class RunFacts(RunTable table, long row, bool isNew)
{
    private Dictionary<(FactKind Kind, string Id), long>? _facts = isNew ? [] : null;

    public long? Find(FactKind kind, string id) => Loaded.TryGetValue((kind, id), out var eventId) ? eventId : null;

    public int Count(FactKind kind) => Loaded.Keys.Count(k => k.Kind == kind);

    public void Add(IEnumerable<Fact> facts)
    {
        foreach (var fact in facts)
        {
            Loaded[(fact.Kind, fact.Id)] = fact.EventId;
        }
    }

    private Dictionary<(FactKind Kind, string Id), long> Loaded =>
        _facts ??= table.ReadFacts(row).ToDictionary(f => (f.Kind, f.Id), f => f.EventId);
}
