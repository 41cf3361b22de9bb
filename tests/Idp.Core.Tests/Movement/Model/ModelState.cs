using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>All that a world remembers, in 64 bytes, so that states compare as bytes.</summary>
/// <remarks>Sets of attempts have bit <c>1 &lt;&lt; attempt</c>; sets of writes bit <c>1 &lt;&lt; write</c>; a value is 0 (no row), 7 (the first row) or write + 1.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
internal struct ModelState
{
    /// <summary>Whole words: hashing and comparing would drop a rest.</summary>
    public const int SizeBytes = 64;

    public Stores Stores;
    public Clients Clients;
    public Processes Processes;

    /// <summary>What a client was told last, by key: the truth that the owner must hold.</summary>
    public Nibbles Acknowledged;

    public byte WriteCount;

    /// <summary>Bit of a write set: it is of key 1.</summary>
    public byte WriteKeys;

    /// <summary>Also the last nonce.</summary>
    public byte FreezeCount;
    public byte ThawCount;
    public byte IsBorn;

    // What somebody knows, and may act upon, ever after.
    public byte StartedAtSource;
    public byte Copied;
    public byte Opened;
    public byte GraceEnded;
    public byte Unsubscribed;
    public byte TargetUndone;
    public byte Closed;

    // The outcome table.
    public byte OutcomeMoved;
    public byte OutcomeVoided;

    /// <summary>Attempts whose copy was compared and found equal. Bit 0: a row of some copy was spoilt, once.</summary>
    public byte Verified;

    public readonly int KeyOf(int write) => (WriteKeys >> write) & 1;

    /// <summary>Clients are alike, and so are processes: one order stands for both.</summary>
    public void Canonicalize()
    {
        if (Clients[0].Code < Clients[1].Code)
        {
            (Clients[0], Clients[1]) = (Clients[1], Clients[0]);
        }

        if (Processes[0].Code < Processes[1].Code)
        {
            (Processes[0], Processes[1]) = (Processes[1], Processes[0]);
        }
    }
}

[InlineArray(4)]
internal struct Stores
{
    private Store _first;
}

[InlineArray(2)]
internal struct Clients
{
    private Client _first;
}

[InlineArray(2)]
internal struct Processes
{
    private Process _first;
}

/// <summary>Two small numbers, by key or by range.</summary>
internal struct Nibbles
{
    private byte _bits;

    public byte this[int index]
    {
        readonly get => (byte)((_bits >> (4 * index)) & 15);
        set => _bits = (byte)((_bits & (0xF0 >> (4 * index))) | (value << (4 * index)));
    }

    public readonly byte Bits => _bits;
}

/// <summary>One region's database.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Store
{
    private const int LooseBit = 4;
    private const int VersionStep = 8;
    private const int VersionBits = 15 * VersionStep;

    /// <summary>The ownership row, as <see cref="RowBook"/> numbers it.</summary>
    public ushort Row;

    /// <summary>The object's rows: a value for each key.</summary>
    public Nibbles Values;

    /// <summary>Progress of the subscriber that ends here: the drained snapshot of each range, as the set of writes it saw.</summary>
    public Nibbles Drained;

    /// <summary>0: the writes committed here. 1: those of them in the change log.</summary>
    public Nibbles Log;

    /// <summary>Progress of the copy. Bits 0 and 1: the keys copied. Bit 2: chunks lie loose. Bits 3 to 6: the version. Bit 7: the copy was emptied (for the fault of unfenced reads).</summary>
    public byte Progress;

    public readonly int Checkpoint => Progress & 3;

    public readonly bool IsLoose => (Progress & LooseBit) != 0;

    public readonly int Version => (Progress & VersionBits) / VersionStep;

    /// <summary>What a batch compares and sets.</summary>
    public readonly byte Compared => (byte)(Progress & 127);

    /// <summary>Sets the flag of loose chunks, and the next version with it.</summary>
    public void SetLoose(bool isLoose) =>
        Progress = (byte)((Progress & ~(LooseBit | VersionBits)) | (isLoose ? LooseBit : 0) | (((Progress & VersionBits) + VersionStep) & VersionBits));

    public readonly bool IsEmptied => Progress >= 128;
}

internal enum ClientKind : byte
{
    Idle,
    Writing,
    Reading,

    /// <summary>A seeded fault: the application writes to both stores itself.</summary>
    WritingTwice,
}

[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Client
{
    public ClientKind Kind;
    private Nibbles _place;
    private byte _write;

    public static Client Write(int store, int key, int write, bool deletes, bool isLogged)
    {
        var client = new Client { Kind = ClientKind.Writing, _write = (byte)(write | (deletes ? 64 : 0) | (isLogged ? 128 : 0)) };
        client._place[0] = (byte)store;
        client._place[1] = (byte)key;
        return client;
    }

    public static Client Read(int store)
    {
        var client = new Client { Kind = ClientKind.Reading };
        client._place[0] = (byte)store;
        return client;
    }

    public readonly int Store => _place[0];

    public readonly int Key => _place[1];

    public readonly int WriteIndex => _write & 15;

    public readonly bool IsLogged => _write >= 128;

    public readonly byte Value => (_write & 64) != 0 ? (byte)0 : (byte)(WriteIndex + 1);

    public readonly int Code => ((int)Kind << 16) | (_place.Bits << 8) | _write;
}

internal enum ProcessKind : byte
{
    /// <summary>Between steps; after a freeze it holds a nonce.</summary>
    Idle,
    Batch,
    CommitRequest,
    ReverseBatch,

    /// <summary>A seeded fault: a commit whose only statement already has its snapshot.</summary>
    CommitStatement,

    /// <summary>The next round's snapshot, not stored yet.</summary>
    RoundRead,

    /// <summary>A round of chunks, each in a transaction of its own.</summary>
    Round,
    Verification,
    Pruning,
}

/// <summary>What a mover has read and not yet written: it may land arbitrarily late, or never.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Process
{
    public ProcessKind Kind;
    public byte Attempt;
    public byte Nonce;

    /// <summary>Bits 0 and 1: keys whose changes were read. Bits 2 and 3: keys of the chunk. Bit 4: the range. In a round: the keys left, those of open transactions, and in bits 4 and 5 all of them.</summary>
    public byte Reading;
    public Nibbles Values;

    /// <summary>The target's progress that this was read against.</summary>
    public Nibbles Drained;
    public byte Checkpoint;

    /// <summary>The source snapshot it was read in.</summary>
    public byte Snapshot;

    public readonly int ChangedKeys => Reading & 3;

    public readonly int Chunk => (Reading >> 2) & 3;

    public readonly int Range => Reading >> 4;

    public readonly int Left => Reading & 3;

    public readonly int Begun => (Reading >> 2) & 3;

    public readonly int RoundKeys => Reading >> 4;

    public readonly ulong Code => Unsafe.BitCast<Process, ulong>(this);
}
