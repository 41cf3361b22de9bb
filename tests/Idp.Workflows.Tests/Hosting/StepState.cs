namespace Idp.Workflows.Tests.Hosting;

/// <summary>What a script knows of one step: whether it was reached, whether it is held, and how its next calls fail.</summary>
internal sealed class StepState
{
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <value>Null when calls pass at once.</value>
    public TaskCompletionSource? Held { get; set; }

    public Queue<Exception> Failures { get; } = [];
}
