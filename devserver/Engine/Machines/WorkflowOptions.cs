using Idp.DevServer.Engine.State;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Options of a run that may change while it runs.</summary>
internal static class WorkflowOptions
{
    /// <summary>Search attribute by which runs are found that do not follow their workers' versions.</summary>
    public const string BehaviorName = "TemporalWorkflowVersioningBehavior";

    public static WorkflowExecutionOptions Of(RunState state) => new() { VersioningOverride = state.VersioningOverride?.Clone(), Priority = state.Priority?.Clone() };

    public static void Update(Transition t, WorkflowExecutionOptions options, string identity)
    {
        var updated = t.Add(EventType.WorkflowExecutionOptionsUpdated);
        updated.WorkerMayIgnore = true;
        updated.WorkflowExecutionOptionsUpdatedEventAttributes = new WorkflowExecutionOptionsUpdatedEventAttributes
        {
            VersioningOverride = options.VersioningOverride,
            UnsetVersioningOverride = options.VersioningOverride is null,
            Priority = options.Priority,
            Identity = identity,
        };
        Apply(t, updated.WorkflowExecutionOptionsUpdatedEventAttributes);
    }

    /// <summary>What such an event, of this run or of one that it was reset from, does to the run.</summary>
    public static void Apply(Transition t, WorkflowExecutionOptionsUpdatedEventAttributes attributes)
    {
        var state = t.State;
        state.Priority = attributes.Priority ?? state.Priority;
        if (attributes.VersioningOverride is { } set)
        {
            state.VersioningOverride = set;
            state.IsVersioned = true;
            Index(t);
        }
        else if (attributes.UnsetVersioningOverride && state.VersioningOverride is not null)
        {
            state.VersioningOverride = null;
            Index(t);
            BuildIds.Record(t, string.Empty, usesVersioning: false);
        }

        state.Callbacks.AddRange(attributes.AttachedCompletionCallbacks.Select(callback => new RegisteredCallback { Callback = callback, RegistrationTime = t.Now }));
        t.IsVisibilityChanged = true;
    }

    /// <summary>Makes a run with an override findable.</summary>
    public static void Index(Transition t)
    {
        if (t.State.VersioningOverride is null)
        {
            SearchAttributeValues.Remove(t, BehaviorName);
        }
        else
        {
            SearchAttributeValues.Set(t, BehaviorName, "AutoUpgrade");
        }
    }
}
