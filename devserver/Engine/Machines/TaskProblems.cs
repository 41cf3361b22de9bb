namespace Idp.DevServer.Engine.Machines;

/// <summary>The search attribute by which workflows are found whose tasks fail again and again.</summary>
internal static class TaskProblems
{
    private const string Name = "TemporalReportedProblems";

    /// <param name="how">What happened to the last task: <c>Failed</c> or <c>TimedOut</c>.</param>
    /// <param name="cause">The name of its cause.</param>
    public static void Note(Transition t, string how, string cause)
    {
        if (t.State.Task.Attempt > t.Limits.ReportedProblems)
        {
            SearchAttributeValues.Set(t, Name, [$"category=WorkflowTask{how}", $"cause=WorkflowTask{how}Cause{cause}"]);
        }
    }

    public static void Clear(Transition t)
    {
        if (SearchAttributeValues.Words(t.State.SearchAttributes, Name).Length > 0)
        {
            SearchAttributeValues.Remove(t, Name);
        }
    }
}
