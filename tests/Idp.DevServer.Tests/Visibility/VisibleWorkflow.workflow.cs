using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>Ends the way its argument says, so that a world of runs has every status.</summary>
[Workflow(Dynamic = true)]
public sealed class VisibleWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(Temporalio.Converters.IRawValue[] arguments)
    {
        var ending = (string)Workflow.PayloadConverter.ToValue(arguments[0].Payload, typeof(string))!;
        switch (ending)
        {
            case "fail":
                throw new ApplicationFailureException("as asked");
            case "continue":
                throw Workflow.CreateContinueAsNewException(Workflow.Info.WorkflowType, ["complete"]);
            case "patch":
                Workflow.Patched("fast");
                break;
            case "parent":
                await Workflow.ExecuteChildWorkflowAsync("Child", ["complete"], new() { Id = "child-1" });
                break;
            case "complete":
                break;
            default:
                await Workflow.WaitConditionAsync(() => false);
                break;
        }

        return ending;
    }
}
