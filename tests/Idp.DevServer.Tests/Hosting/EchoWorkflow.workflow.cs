using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Hosting;

[Workflow]
public sealed class EchoWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(string text) => Task.FromResult(text);
}
