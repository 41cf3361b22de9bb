using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Idp.Core.Telemetry;

/// <summary>Operations one by one, of a share of the objects: all of each object in it, so that who raced whom can be told.</summary>
/// <param name="Level">Of 2^level objects one is in it, whoever reports; 0 for all, <see cref="MaxLevel"/> for as good as none.</param>
public sealed record OperationSample(int Level, ImmutableArray<OperationEvent> Events)
{
    /// <summary>The coarsest: stands for "nothing of this time is complete".</summary>
    public const int MaxLevel = 32;

    /// <summary>Stands for operations that happened and cannot be told.</summary>
    public static OperationSample Lost { get; } = new(MaxLevel, []);

    /// <returns>Whether samples of this level have the object. Whatever has it at one level has it at every finer one.</returns>
    /// <remarks>
    /// The same objects in every process and every release, so samples of several clients go together at the coarsest level of
    /// theirs (distinct sampling: Gibbons, VLDB 2001). FNV-1a over UTF-16, finished as MurmurHash3 does, since only the low bits count.
    /// </remarks>
    public static bool Has(ObjectId id, int level)
    {
        var hash = 14_695_981_039_346_656_037;
        Mix(id.Dataset.Value);
        Mix("/");
        Mix(id.Key);
        hash = (hash ^ (hash >> 33)) * 0xFF51_AFD7_ED55_8CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CE_B9FE_1A85_EC53;
        hash ^= hash >> 33;
        return (hash & ((1UL << level) - 1)) == 0;

        void Mix(string text)
        {
            foreach (var unit in MemoryMarshal.AsBytes(text.AsSpan()))
            {
                hash = (hash ^ unit) * 1_099_511_628_211;
            }
        }
    }
}
