using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace Idp.DevServer.Engine.State;

/// <summary>Someone who is to be told of a run's end.</summary>
internal sealed class RegisteredCallback
{
    public required Callback Callback { get; init; }

    public DateTimeOffset RegistrationTime { get; init; }

    public CallbackState State { get; set; } = CallbackState.Standby;

    /// <summary>Attempts made so far.</summary>
    public int Attempt { get; set; }

    public DateTimeOffset? LastAttemptCompleteTime { get; set; }

    public DateTimeOffset? NextAttemptTime { get; set; }

    public Failure? LastFailure { get; set; }
}
