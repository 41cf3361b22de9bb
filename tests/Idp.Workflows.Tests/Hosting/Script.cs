using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>Records what a workflow calls, in order, and does to each call what the test asked for.</summary>
internal class Script
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<string> _calls = [];
    private readonly Dictionary<string, StepState> _steps = [];

    /// <summary>All calls so far, notes of phases included.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Calls so far that touch stores: without the notes of phases, slots and pauses.</summary>
    public IEnumerable<string> Steps => Calls.Where(call => !call.StartsWith("Note ", StringComparison.Ordinal) && call is not ("Claim" or "Hold" or "LetGo"));

    /// <summary>Completes when a step was called so many times.</summary>
    public async Task CalledAsync(string step, int times)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience.Span);
        while (Calls.Count(call => call == step) < times)
        {
            await Task.Delay(Beat, patience.Token);
        }
    }

    /// <summary>The phases noted so far.</summary>
    public IEnumerable<string> Phases =>
        Calls.Where(call => call.StartsWith("Note ", StringComparison.Ordinal)).Select(call => call["Note ".Length..]);

    /// <summary>Lets the next calls of a step fail for good.</summary>
    public void Refuse(string step, string reason, string type = Contracts.Failures.Refused) =>
        Fail(step, new ApplicationFailureException(reason, type, nonRetryable: true));

    /// <summary>Lets the next calls of a step fail, one after the other.</summary>
    public void Fail(string step, params Exception[] failures)
    {
        lock (_gate)
        {
            foreach (var failure in failures)
            {
                State(step).Failures.Enqueue(failure);
            }
        }
    }

    /// <summary>Keeps calls of a step from returning until <see cref="Release"/>, or until they are cancelled.</summary>
    public void Hold(string step)
    {
        lock (_gate)
        {
            State(step).Held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Release(string step)
    {
        lock (_gate)
        {
            State(step).Held?.TrySetResult();
        }
    }

    /// <summary>Completes when a step was called.</summary>
    public Task ReachedAsync(string step)
    {
        Task reached;
        lock (_gate)
        {
            reached = State(step).Reached.Task;
        }

        return reached.WaitAsync(Patience.Span, TestContext.Current.CancellationToken);
    }

    /// <summary>Records a phase that a step has brought along.</summary>
    protected void Note(string phase)
    {
        lock (_gate)
        {
            _calls.Add($"Note {phase}");
        }
    }

    /// <summary>Called by the fakes.</summary>
    /// <param name="hearsCancellation">Whether the real activity beats, and so learns that it was cancelled.</param>
    public async Task PassAsync(string step, bool hearsCancellation = false)
    {
        Task? held;
        Exception? failure;
        lock (_gate)
        {
            var state = State(step);
            _calls.Add(step);
            state.Reached.TrySetResult();
            held = state.Held?.Task;
            _ = state.Failures.TryDequeue(out failure);
        }

        if (held is not null)
        {
            await WaitAsync(held, hearsCancellation);
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    private static async Task WaitAsync(Task held, bool hearsCancellation)
    {
        var context = ActivityExecutionContext.Current;
        if (!hearsCancellation)
        {
            await held.WaitAsync(context.WorkerShutdownToken);
            return;
        }

        using var beats = new PeriodicTimer(Beat);
        while (!held.IsCompleted)
        {
            context.Heartbeat();
            await Task.WhenAny(held, beats.WaitForNextTickAsync(context.CancellationToken).AsTask());
            context.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private StepState State(string step)
    {
        if (!_steps.TryGetValue(step, out var state))
        {
            _steps.Add(step, state = new StepState());
        }

        return state;
    }
}
