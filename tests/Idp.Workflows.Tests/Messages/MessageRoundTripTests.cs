using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Converters;

namespace Idp.Workflows.Tests.Messages;

/// <summary>Every message passes Temporal's default data converter unchanged, with all members set and with none.</summary>
public sealed class MessageRoundTripTests
{
    public static TheoryData<Type> Records { get; } =
    [
        .. typeof(MoveStep).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(MoveStep).Namespace)
            .Concat(typeof(MigrationRequest).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(MigrationRequest).Namespace))
            .Where(type => type.GetMethod("<Clone>$") is not null),
    ];

    [Fact]
    public void Records_AreFound() => Assert.InRange(Records.Count, 15, 100);

    [Theory]
    [MemberData(nameof(Records))]
    public async Task Message_ThroughTheDataConverter_ComesBackEqual(Type message)
    {
        foreach (var full in new[] { true, false })
        {
            var value = Sample(message, full);

            var payload = await DataConverter.Default.ToPayloadAsync(value);
            var back = await DataConverter.Default.ToValueAsync(payload, message);

            foreach (var member in message.GetProperties().Where(member => member.GetIndexParameters().Length == 0))
            {
                AssertSame(member.GetValue(value), member.GetValue(back), $"{message.Name}.{member.Name}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Records))]
    public async Task Message_WithAMemberOfANewerRelease_IsStillRead(Type message)
    {
        var payload = await DataConverter.Default.ToPayloadAsync(Sample(message, full: true));
        var text = payload.Data.ToStringUtf8();
        payload.Data = Google.Protobuf.ByteString.CopyFromUtf8($"{text[..^1]},\"addedLater\":1}}");

        Assert.NotNull(await DataConverter.Default.ToValueAsync(payload, message));
    }

    private static void AssertSame(object? expected, object? actual, string member)
    {
        if (expected is System.Collections.IEnumerable and not string)
        {
            // Immutable arrays compare by reference.
            Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
            Assert.NotEqual("[]", JsonSerializer.Serialize(actual));
            return;
        }

        var isRecord = expected?.GetType() is { IsClass: true } type && type.GetMethod("<Clone>$") is not null;
        Assert.True(
            isRecord ? JsonSerializer.Serialize(expected) == JsonSerializer.Serialize(actual) : Equals(expected, actual),
            $"{member}: {expected} came back as {actual}");
    }

    private static object Sample(Type type, bool full) => type switch
    {
        _ when type == typeof(string) => "text with \"quotes\", ü and /",
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => 42,
        _ when type == typeof(long) => long.MaxValue,
        _ when type == typeof(double) => 12.5,
        _ when type == typeof(TimeSpan) => TimeSpan.FromTicks(123_456_789),
        _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddTicks(123_456_789),
        _ when type == typeof(RegionId) => RegionId.Parse("eu-west-1"),
        _ when type == typeof(ObjectId) => ObjectId.Parse("users/a/b c"),
        _ when type == typeof(MigrationId) => MigrationId.Parse("m-1"),
        _ when type == typeof(DatasetId) => DatasetId.Parse("users"),
        _ when type == typeof(BatchId) => BatchId.Parse("b-1"),
        _ when type == typeof(EvacuationId) => EvacuationId.Parse("e-1"),
        { IsEnum: true } => Enum.GetValuesAsUnderlyingType(type).Cast<int>().Select(value => Enum.ToObject(type, value)).Last(),
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => Array(type.GenericTypeArguments[0], full),
        _ when Nullable.GetUnderlyingType(type) is { } inner => Sample(inner, full),
        _ when type.GetMethod("<Clone>$") is not null => Record(type, full),
        _ => throw new NotSupportedException($"Add a sample of {type}."),
    };

    private static object Record(Type type, bool full)
    {
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        return constructor.Invoke(
        [
            .. constructor.GetParameters().Select(parameter =>
                !full && parameter.HasDefaultValue ? parameter.DefaultValue : Sample(parameter.ParameterType, full)),
        ]);
    }

    private static object Array(Type element, bool full)
    {
        var items = System.Array.CreateInstance(element, 1);
        items.SetValue(Sample(element, full), 0);
        return typeof(ImmutableArray).GetMethods()
            .Single(method => method is { Name: "Create", IsGenericMethod: true } && method.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(element).Invoke(null, [items])!;
    }
}
