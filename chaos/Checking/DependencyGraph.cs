using System.Collections.Immutable;
using Idp.Chaos.Ledger;

namespace Idp.Chaos.Checking;

/// <summary>Who depends on whom among the transactions of one history, and the cycles that an isolation level forbids.</summary>
/// <remarks>
/// <para>READ COMMITTED forbids cycles of ww (G0) and of ww and wr (G1c). REPEATABLE READ of PostgreSQL is snapshot isolation:
/// it forbids every cycle in which no two rw follow each other (G-single and its kin). SERIALIZABLE forbids all (G2).</para>
/// <para>Snapshot isolation is searched in a graph of twice the nodes: a node remembers whether it was reached by rw, and
/// then only ww and wr lead on. Each search is linear in nodes and edges (Tarjan).</para>
/// </remarks>
internal sealed class DependencyGraph(int nodes)
{
    private const int MaxStartsOfShortest = 64;

    private readonly List<Edge> _edges = [];

    public void Add(int from, int to, Dependency kind)
    {
        if (from != to)
        {
            _edges.Add(new Edge(from, to, kind));
        }
    }

    /// <returns>One shortest cycle of each strongly connected part, under the strictest name that fits; each part once.</returns>
    public IEnumerable<(string Name, ImmutableArray<Edge> Cycle)> FindForbidden(Isolation level)
    {
        var reported = new HashSet<int>();
        foreach (var (name, cycle) in Searches(level))
        {
            if (!cycle.Any(edge => reported.Contains(edge.From)))
            {
                reported.UnionWith(cycle.Select(edge => edge.From));
                yield return (name, cycle);
            }
        }
    }

    private IEnumerable<(string Name, ImmutableArray<Edge> Cycle)> Searches(Isolation level)
    {
        foreach (var cycle in Cycles(nodes, _edges.Where(edge => edge.Kind is Dependency.WriteWrite)))
        {
            yield return ("G0", cycle);
        }

        foreach (var cycle in Cycles(nodes, _edges.Where(edge => edge.Kind is not Dependency.ReadWrite)))
        {
            yield return ("G1c", cycle);
        }

        if (level is Isolation.ReadCommitted)
        {
            yield break;
        }

        foreach (var cycle in Cycles(2 * nodes, SnapshotEdges()))
        {
            ImmutableArray<Edge> plain = [.. cycle.Select(edge => new Edge(edge.From % nodes, edge.To % nodes, edge.Kind))];
            yield return (plain.Count(edge => edge.Kind is Dependency.ReadWrite) == 1 ? "G-single" : "G-nonadjacent", plain);
        }

        if (level is Isolation.Serializable)
        {
            foreach (var cycle in Cycles(nodes, _edges))
            {
                yield return ("G2", cycle);
            }
        }
    }

    private IEnumerable<Edge> SnapshotEdges()
    {
        foreach (var edge in _edges)
        {
            if (edge.Kind is Dependency.ReadWrite)
            {
                yield return edge with { To = edge.To + nodes };
            }
            else
            {
                yield return edge;
                yield return edge with { From = edge.From + nodes };
            }
        }
    }

    private static IEnumerable<ImmutableArray<Edge>> Cycles(int count, IEnumerable<Edge> edges)
    {
        var graph = new Adjacency(count, [.. edges]);
        foreach (var part in graph.StrongParts())
        {
            yield return graph.ShortestCycle(part, MaxStartsOfShortest);
        }
    }

    /// <summary>One dependency.</summary>
    internal readonly record struct Edge(int From, int To, Dependency Kind);

    /// <summary>The edges of each node beside each other.</summary>
    private sealed class Adjacency
    {
        private readonly Edge[] _edges;
        private readonly int[] _first;

        public Adjacency(int nodes, Edge[] edges)
        {
            _first = new int[nodes + 1];
            foreach (var edge in edges)
            {
                _first[edge.From + 1]++;
            }

            for (var node = 0; node < nodes; node++)
            {
                _first[node + 1] += _first[node];
            }

            _edges = new Edge[edges.Length];
            var next = _first.ToArray();
            foreach (var edge in edges)
            {
                _edges[next[edge.From]++] = edge;
            }
        }

        private int Nodes => _first.Length - 1;

        /// <summary>Tarjan, without recursion: histories are long.</summary>
        /// <returns>Parts of two nodes or more.</returns>
        public List<HashSet<int>> StrongParts()
        {
            var index = new int[Nodes];
            var low = new int[Nodes];
            var isOnStack = new bool[Nodes];
            var at = _first.ToArray();
            var stack = new Stack<int>();
            var path = new Stack<int>();
            var parts = new List<HashSet<int>>();
            var count = 0;
            for (var root = 0; root < Nodes; root++)
            {
                if (index[root] != 0)
                {
                    continue;
                }

                path.Push(root);
                while (path.TryPeek(out var node))
                {
                    if (index[node] == 0)
                    {
                        index[node] = low[node] = ++count;
                        stack.Push(node);
                        isOnStack[node] = true;
                    }

                    if (at[node] < _first[node + 1])
                    {
                        var to = _edges[at[node]].To;
                        if (index[to] == 0)
                        {
                            path.Push(to);
                            continue; // The same edge again, once its node is done.
                        }

                        low[node] = isOnStack[to] ? Math.Min(low[node], low[to]) : low[node];
                        at[node]++;
                        continue;
                    }

                    path.Pop();
                    if (low[node] == index[node])
                    {
                        var part = new HashSet<int>();
                        int member;
                        do
                        {
                            member = stack.Pop();
                            isOnStack[member] = false;
                            part.Add(member);
                        }
                        while (member != node);
                        if (part.Count > 1)
                        {
                            parts.Add(part);
                        }
                    }
                }
            }

            return parts;
        }

        /// <summary>Breadth first from some of the part's nodes.</summary>
        public ImmutableArray<Edge> ShortestCycle(HashSet<int> part, int starts) =>
            part.Take(starts).Select(start => CycleThrough(start, part)).MinBy(cycle => cycle.Length);

        private ImmutableArray<Edge> CycleThrough(int start, HashSet<int> part)
        {
            var reachedBy = new Dictionary<int, Edge>();
            var queue = new Queue<int>([start]);
            while (queue.TryDequeue(out var node))
            {
                for (var at = _first[node]; at < _first[node + 1]; at++)
                {
                    var edge = _edges[at];
                    if (!part.Contains(edge.To) || !reachedBy.TryAdd(edge.To, edge))
                    {
                        continue;
                    }

                    if (edge.To == start)
                    {
                        return Back(start, reachedBy);
                    }

                    queue.Enqueue(edge.To);
                }
            }

            throw new InvalidOperationException($"Node {start} is in a strongly connected part and on no cycle.");
        }

        private static ImmutableArray<Edge> Back(int start, Dictionary<int, Edge> reachedBy)
        {
            var cycle = ImmutableArray.CreateBuilder<Edge>();
            var edge = reachedBy[start];
            cycle.Add(edge);
            while (edge.From != start)
            {
                edge = reachedBy[edge.From];
                cycle.Add(edge);
            }

            cycle.Reverse();
            return cycle.ToImmutable();
        }
    }
}
