using System.Text.Json.Serialization;

namespace Idp.DevServer.Engine.Handlers;

[JsonSerializable(typeof(HistoryToken))]
internal sealed partial class HistoryTokenJson : JsonSerializerContext;
