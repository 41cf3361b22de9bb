using System.Text.Json;
using System.Text.Json.Serialization;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Engine.State;

/// <summary>How a run's state is written.</summary>
/// <remarks>Not source-generated: the generator walks into the messages, whose nested types share names.</remarks>
internal static class RunStateJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        IgnoreReadOnlyProperties = true,
        Converters =
        {
            new ProtoJsonConverter<RetryPolicy>(), new ProtoJsonConverter<Memo>(), new ProtoJsonConverter<SearchAttributes>(),
            new ProtoJsonConverter<ResetPoints>(), new ProtoJsonConverter<UserMetadata>(), new ProtoJsonConverter<Priority>(),
            new ProtoJsonConverter<Failure>(), new ProtoJsonConverter<Payloads>(), new ProtoJsonConverter<HistoryEvent>(),
            new ProtoJsonConverter<WorkerVersionStamp>(), new ProtoJsonConverter<VersioningOverride>(), new ProtoJsonConverter<Callback>(),
        },
    };

    public static byte[] Write(RunState state) => JsonSerializer.SerializeToUtf8Bytes(state, Options);

    public static RunState Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<RunState>(json, Options) ?? throw new InvalidDataException("A run's state is empty.");
}
