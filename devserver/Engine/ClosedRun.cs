using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace Idp.DevServer.Engine;

/// <summary>How a run ended.</summary>
/// <param name="NextRunId">The run that continues it (continue-as-new, retry, cron); empty when none does.</param>
public sealed record ClosedRun(WorkflowExecutionStatus Status, Payloads? Result, Failure? Failure, string NextRunId);
