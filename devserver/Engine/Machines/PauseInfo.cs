namespace Idp.DevServer.Engine.Machines;

/// <summary>The search attribute by which workflows are found that are held, or have held activities.</summary>
internal static class PauseInfo
{
    private const string Name = "TemporalPauseInfo";

    public static void Update(Transition t)
    {
        var state = t.State;
        string[] workflow = state.Pause is { } pause ? [$"Workflow:{state.WorkflowId}", $"Reason:{pause.Reason}"] : [];
        var activities = state.Activities.Values.Where(a => a.Pause is not null).Select(a => $"property:activityType={a.ActivityType}").Distinct();
        string[] words = [.. workflow, .. activities];
        if (words.SequenceEqual(SearchAttributeValues.Words(state.SearchAttributes, Name)))
        {
            return;
        }

        if (words.Length > 0)
        {
            SearchAttributeValues.Set(t, Name, words);
        }
        else
        {
            SearchAttributeValues.Remove(t, Name);
        }
    }
}
