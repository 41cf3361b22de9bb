using System.Text;
using Google.Protobuf;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>What a worker hands back with its answer to a task: which task it was.</summary>
internal sealed record TaskToken(
    RunKey Key, long ScheduledEventId, long StartedEventId, int Attempt, DateTimeOffset StartedTime, string ActivityId, string QueryId, string Queue)
{
    private const byte Version = 1;

    public ByteString Write()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(Key.Namespace);
            writer.Write(Key.WorkflowId);
            writer.Write(Key.RunId);
            writer.Write7BitEncodedInt64(ScheduledEventId);
            writer.Write7BitEncodedInt64(StartedEventId);
            writer.Write7BitEncodedInt(Attempt);
            writer.Write(StartedTime.UtcTicks);
            writer.Write(ActivityId);
            writer.Write(QueryId);
            writer.Write(Queue);
        }

        return ByteString.CopyFrom(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <exception cref="RpcFailure">It is not a token of this server.</exception>
    public static TaskToken Read(ByteString token)
    {
        if (token.IsEmpty)
        {
            throw RpcFailure.InvalidArgument("Task token not set on request.");
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(token.ToByteArray()), Encoding.UTF8);
            if (reader.ReadByte() == Version)
            {
                return new TaskToken(
                    new RunKey(reader.ReadString(), reader.ReadString(), reader.ReadString()),
                    reader.Read7BitEncodedInt64(),
                    reader.Read7BitEncodedInt64(),
                    reader.Read7BitEncodedInt(),
                    new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
                    reader.ReadString(),
                    reader.ReadString(),
                    reader.ReadString());
            }
        }
        catch (Exception foreign) when (foreign is IOException or FormatException or ArgumentException)
        {
            // Told below, like a wrong version.
        }

        throw RpcFailure.InvalidArgument("Error deserializing task token.");
    }
}
