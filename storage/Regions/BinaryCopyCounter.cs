using System.Buffers.Binary;

namespace Idp.Storage.Regions;

/// <summary>Counts the rows of a binary COPY that passes by in pieces of any size.</summary>
internal struct BinaryCopyCounter()
{
    private long _skip = 19; // Signature, flags, and the length of a header extension that PostgreSQL leaves empty.
    private int _fieldsLeft;
    private int _value;
    private int _bytesRead;

    public long RowCount { get; private set; }

    public void Add(ReadOnlySpan<byte> piece)
    {
        for (var at = 0; at < piece.Length;)
        {
            if (_skip > 0)
            {
                var step = (int)Math.Min(_skip, piece.Length - at);
                _skip -= step;
                at += step;
                continue;
            }

            var size = _fieldsLeft == 0 ? sizeof(short) : sizeof(int);
            if (_bytesRead == 0 && piece.Length - at >= size)
            {
                _value = size == sizeof(short) ? BinaryPrimitives.ReadUInt16BigEndian(piece[at..]) : BinaryPrimitives.ReadInt32BigEndian(piece[at..]);
                at += size;
            }
            else
            {
                _value = (_value << 8) | piece[at++];
                if (++_bytesRead < size)
                {
                    continue;
                }
            }

            Take(size);
            (_value, _bytesRead) = (0, 0);
        }
    }

    private void Take(int size)
    {
        if (size == sizeof(int))
        {
            _fieldsLeft--;
            _skip = Math.Max(_value, 0); // -1 is null, and has no bytes.
        }
        else if ((short)_value >= 0)
        {
            RowCount++;
            _fieldsLeft = _value;
        }
        else
        {
            _skip = long.MaxValue; // The trailer.
        }
    }
}
