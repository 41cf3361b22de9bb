using Grpc.Core;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.ErrorDetails.V1;

namespace Idp.DevServer.Engine;

/// <summary>One step of a workflow id, taken under its lock: reads its runs and gathers the transitions that are committed together.</summary>
internal sealed class WorkflowStep(WorkflowDirectory directory, WorkflowActor actor, NamespaceEntry ns, DateTimeOffset now, EngineLimits limits)
{
    public const string NotFoundMessage = "workflow execution already completed";

    public WorkflowActor Actor { get; } = actor;

    public NamespaceEntry Namespace { get; } = ns;

    public DateTimeOffset Now { get; } = now;

    public EngineLimits Limits { get; } = limits;

    public List<Transition> Transitions { get; } = [];

    /// <summary>The newest run of the id.</summary>
    public Run? Current => directory.Current(Actor);

    /// <summary>The run of that id; null when it does not exist (any more).</summary>
    public Run? Find(string runId) => directory.Find(Actor, runId);

    /// <summary>The named run, or the newest one when no run is named.</summary>
    /// <exception cref="RpcFailure">There is no such run.</exception>
    public Run Require(string runId)
    {
        if (runId.Length > 0 && !Guid.TryParse(runId, out _))
        {
            throw RpcFailure.InvalidArgument("Invalid RunId.");
        }

        var run = runId.Length == 0 ? Current : directory.Find(Actor, runId);
        return run ?? throw (runId.Length == 0 ? NotFound($"workflow not found for ID: {Actor.WorkflowId}") : RunNotFound(runId));
    }

    /// <summary>The step of one run; the same one when asked again.</summary>
    public Transition On(Run run)
    {
        var known = Transitions.Find(t => ReferenceEquals(t.Run, run));
        if (known is null)
        {
            known = new Transition(run, Now, Limits);
            Transitions.Add(known);
        }

        return known;
    }

    /// <summary>The step of a run that must be open.</summary>
    public Transition OnOpen(string runId)
    {
        var t = On(Require(runId));
        return t.State.IsRunning ? t : throw NotFound(NotFoundMessage);
    }

    /// <summary>Begins a run, which becomes the newest of the id.</summary>
    public Transition Begin(RunState state)
    {
        _ = Current;
        var run = directory.Begin(Actor, state);
        Actor.CurrentRunId = state.RunId;
        var t = new Transition(run, Now, Limits);
        Transitions.Add(t);
        return t;
    }

    public static RpcFailure NotFound(string message) => new(StatusCode.NotFound, message, new NotFoundFailure());

    private RpcFailure RunNotFound(string runId) =>
        NotFound($"workflow execution not found for workflow ID \"{Actor.WorkflowId}\" and run ID \"{runId}\"");
}
