using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Idp.DevServer.Schedules.State;

namespace Idp.DevServer.Schedules.Runtime;

/// <summary>A schedule's state as it is stored: JSON, in which messages are their bytes.</summary>
internal static class ScheduleStateJson
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new MessageConverters() } };

    public static byte[] Write(SchedulerState state) => JsonSerializer.SerializeToUtf8Bytes(state, Options);

    public static SchedulerState Read(byte[] json) => JsonSerializer.Deserialize<SchedulerState>(json, Options)!;

    private sealed class MessageConverters : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeof(IMessage).IsAssignableFrom(typeToConvert);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(
                typeof(MessageConverter<>).MakeGenericType(typeToConvert),
                BindingFlags.Instance | BindingFlags.Public, binder: null, args: [], culture: null)!;
    }

    private sealed class MessageConverter<T> : JsonConverter<T>
        where T : class, IMessage<T>, new()
    {
        private static readonly MessageParser<T> Parser = new(() => new T());

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Parser.ParseFrom(reader.GetBytesFromBase64());

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(value.ToByteArray());
    }
}
