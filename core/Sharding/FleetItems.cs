using System.Runtime.InteropServices;

namespace Idp.Core.Sharding;

/// <summary>What is placed as one: objects alone, and co-access groups.</summary>
internal sealed class FleetItems
{
    private const int NoItem = -1;

    private readonly FleetProblem _problem;
    private readonly ItemWriter _writer;
    private readonly int[]? _members; // Objects by item, or null when item i is object i.
    private readonly int[] _memberStart = [];

    public FleetItems(FleetProblem problem, FleetTerms terms, ParallelOptions parallel)
    {
        _problem = problem;
        _writer = new ItemWriter(problem, terms);
        if (problem.Objects.Group is { } groups)
        {
            (_members, _memberStart, ItemOf) = Grouped(groups);
        }

        var count = _members is null ? problem.Objects.Count : _memberStart.Length - 1;
        Blocks = new ItemBlocks(new ItemLayout(terms.RegionCount), count);
        IsPlaceable = new bool[count];
        Parallel.For(0, Blocks.ChunkCount, parallel, chunk =>
        {
            var first = chunk * ItemBlocks.ItemsPerChunk;
            for (var item = first; item < first + Blocks.ItemsIn(chunk); item++)
            {
                Read(item);
            }

            PadLastBlock(first + Blocks.ItemsIn(chunk));
        });
    }

    public ItemBlocks Blocks { get; }

    public int Count => Blocks.Count;

    /// <value>False where compliance leaves fewer sites than the durability floor asks for.</value>
    public bool[] IsPlaceable { get; }

    /// <value>Groups whose members agree on no set of sites and are placed one by one.</value>
    public int SplitGroups { get; private set; }

    private int[]? ItemOf { get; }

    public int ItemOfObject(int at) => ItemOf?[at] ?? at;

    public ReadOnlySpan<int> MembersOf(int item) => _members is null
        ? MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(Identity(item)), 1)
        : _members.AsSpan(_memberStart[item].._memberStart[item + 1]);

    /// <summary>Reads the item's objects again from the problem.</summary>
    public void Read(int item) =>
        IsPlaceable[item] = _writer.Write(MembersOf(item), Blocks.BlockOf(item), item % ItemLayout.Lanes);

    private static int[] Identity(int item) => [item];

    // Lanes without an item must cost nothing rather than nothing at all: zero sites is no set.
    private void PadLastBlock(int end)
    {
        for (var item = end; item % ItemLayout.Lanes != 0; item++)
        {
            _writer.Write([], Blocks.BlockOf(end - 1), item % ItemLayout.Lanes);
        }
    }

    private (int[] Members, int[] Start, int[] ItemOf) Grouped(int[] groups)
    {
        var together = new Dictionary<int, List<int>>();
        for (var at = 0; at < groups.Length; at++)
        {
            if (groups[at] >= 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(together, groups[at], out _) ??= [];
                together[groups[at]].Add(at);
            }
        }

        var split = together.Where(group => !Agree(group.Value)).Select(group => group.Key).ToHashSet();
        SplitGroups = split.Count;
        var (members, start, itemOf) = (new List<int>(groups.Length), new List<int> { 0 }, new int[groups.Length]);
        Array.Fill(itemOf, NoItem);
        for (var at = 0; at < groups.Length; at++) // In the order of first members.
        {
            if (itemOf[at] != NoItem)
            {
                continue;
            }

            var isAlone = groups[at] < 0 || split.Contains(groups[at]);
            foreach (var member in isAlone ? [at] : together[groups[at]])
            {
                itemOf[member] = start.Count - 1;
                members.Add(member);
            }

            start.Add(members.Count);
        }

        return ([.. members], [.. start], itemOf);
    }

    private bool Agree(List<int> members)
    {
        var limits = _writer.LimitsOf(CollectionsMarshal.AsSpan(members));
        return limits.IsPlaceable;
    }
}
