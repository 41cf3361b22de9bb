using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Idp.DevServer.Grpc;

namespace Idp.DevServer.Visibility.Storage;

/// <summary>Where a page ended. Opaque to callers.</summary>
internal sealed record PageToken(long CloseOrder, long StartTime, string RunId)
{
    private const int NumbersBytes = 2 * sizeof(long);

    /// <returns>Null for the first page.</returns>
    /// <exception cref="RpcFailure">No server gave this token.</exception>
    public static PageToken? Read(ByteString token)
    {
        if (token.IsEmpty)
        {
            return null;
        }

        var bytes = token.Span;
        return bytes.Length > NumbersBytes
            ? new PageToken(
                BinaryPrimitives.ReadInt64LittleEndian(bytes),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]),
                Encoding.UTF8.GetString(bytes[NumbersBytes..]))
            : throw RpcFailure.InvalidArgument("Invalid NextPageToken.");
    }

    public ByteString Write()
    {
        var bytes = new byte[NumbersBytes + Encoding.UTF8.GetByteCount(RunId)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, CloseOrder);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long)), StartTime);
        Encoding.UTF8.GetBytes(RunId, bytes.AsSpan(NumbersBytes));
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
