using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>The search attribute that tells which builds worked on a run.</summary>
internal static class BuildIds
{
    private const string Name = "BuildIds";

    /// <summary>A run's attributes as its successor takes them over, which has not been worked on yet.</summary>
    public static SearchAttributes? Without(SearchAttributes? attributes)
    {
        if (attributes?.IndexedFields.ContainsKey(Name) != true)
        {
            return attributes;
        }

        var others = attributes.Clone();
        others.IndexedFields.Remove(Name);
        return others.IndexedFields.Count == 0 ? null : others;
    }

    public static void Record(Transition t, string buildId, bool usesVersioning)
    {
        var attributes = t.State.SearchAttributes?.Clone() ?? new SearchAttributes();
        string[] known = attributes.IndexedFields.TryGetValue(Name, out var payload)
            ? JsonSerializer.Deserialize<string[]>(payload.Data.Span) ?? []
            : [];
        string[] mark = usesVersioning ? [$"versioned:{buildId}"] : buildId.Length == 0 ? ["unversioned"] : ["unversioned", $"unversioned:{buildId}"];
        string[] all = [.. known.Union(mark)];
        if (all.Length == known.Length)
        {
            return;
        }

        attributes.IndexedFields[Name] = new Payload
        {
            Metadata =
            {
                ["encoding"] = ByteString.CopyFromUtf8("json/plain"),
                ["type"] = ByteString.CopyFromUtf8("KeywordList"),
            },
            Data = ByteString.CopyFromUtf8(JsonSerializer.Serialize(all)),
        };
        t.State.SearchAttributes = attributes;
        t.IsVisibilityChanged = true;
    }
}
