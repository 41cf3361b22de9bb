using Idp.DevServer.Engine.State;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Engine.Runs;

/// <summary>What one step writes: taken while the run is locked, written later by the store's thread.</summary>
internal sealed record RunImage(
    long Row,
    RunKey Key,
    byte[] State,
    bool IsActive,
    DateTimeOffset? DeleteAt,
    IReadOnlyList<HistoryEvent> Events,
    IReadOnlyList<Fact> Facts,
    WorkflowExecutionInfo? Visibility);
