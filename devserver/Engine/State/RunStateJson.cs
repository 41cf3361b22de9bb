using System.Text.Json;
using System.Text.Json.Serialization;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Engine.State;

/// <summary>How a run's state is written; generated, so that a transition costs no reflection.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    IgnoreReadOnlyProperties = true,
    Converters =
    [
        typeof(ProtoJsonConverter<RetryPolicy>), typeof(ProtoJsonConverter<Memo>), typeof(ProtoJsonConverter<SearchAttributes>),
        typeof(ProtoJsonConverter<ResetPoints>), typeof(ProtoJsonConverter<UserMetadata>), typeof(ProtoJsonConverter<Priority>),
        typeof(ProtoJsonConverter<Failure>), typeof(ProtoJsonConverter<Payloads>), typeof(ProtoJsonConverter<HistoryEvent>),
        typeof(ProtoJsonConverter<WorkerVersionStamp>),
    ])]
[JsonSerializable(typeof(RunState))]
internal sealed partial class RunStateJson : JsonSerializerContext
{
    public static byte[] Write(RunState state) => JsonSerializer.SerializeToUtf8Bytes(state, Default.RunState);

    public static RunState Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.RunState) ?? throw new InvalidDataException("A run's state is empty.");
}
