using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>The search attribute that tells which builds worked on a run.</summary>
internal static class BuildIds
{
    private const string Name = "BuildIds";

    /// <summary>A run's attributes as its successor takes them over, which has not been worked on yet, and has no override of its own.</summary>
    public static SearchAttributes? Without(SearchAttributes? attributes)
    {
        if (attributes?.IndexedFields.ContainsKey(Name) != true && attributes?.IndexedFields.ContainsKey(WorkflowOptions.BehaviorName) != true)
        {
            return attributes;
        }

        var others = attributes.Clone();
        others.IndexedFields.Remove(Name);
        others.IndexedFields.Remove(WorkflowOptions.BehaviorName);
        return others.IndexedFields.Count == 0 ? null : others;
    }

    public static void Record(Transition t, string buildId, bool usesVersioning)
    {
        var known = SearchAttributeValues.Words(t.State.SearchAttributes, Name);
        string[] mark = usesVersioning ? [$"versioned:{buildId}"] : buildId.Length == 0 ? ["unversioned"] : ["unversioned", $"unversioned:{buildId}"];
        string[] all = [.. known.Union(mark)];
        if (all.Length != known.Length)
        {
            SearchAttributeValues.Set(t, Name, all);
        }
    }
}
