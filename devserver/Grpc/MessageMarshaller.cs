using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Idp.DevServer.Grpc;

/// <summary>Reads and writes messages by their descriptor, so that no generated service code is needed.</summary>
internal static class MessageMarshaller
{
    /// <summary>Most bytes in one request, as with the genuine server.</summary>
    public const int MaxRequestBytes = 4 * 1024 * 1024;

    public static Marshaller<IMessage> For(MessageDescriptor type) =>
        Marshallers.Create(Write, context => Read(type.Parser, context));

    private static void Write(IMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static IMessage Read(MessageParser parser, DeserializationContext context)
    {
        if (context.PayloadLength > MaxRequestBytes)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"grpc: received message after decompression larger than max {MaxRequestBytes}"));
        }

        try
        {
            return parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"grpc: error unmarshalling request: {malformed.Message}"));
        }
    }
}
