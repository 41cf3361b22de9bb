using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Filter.V1;

namespace Idp.DevServer.Visibility;

/// <summary>The filters of the older list calls, as a query.</summary>
internal sealed class FilterQuery(string status)
{
    private readonly List<string> _conditions = [status];

    public override string ToString() => string.Join(" AND ", _conditions);

    public FilterQuery Between(string attribute, StartTimeFilter? times)
    {
        if (times is { EarliestTime: { } earliest, LatestTime: { } latest })
        {
            if (earliest > latest)
            {
                throw RpcFailure.InvalidArgument("EarliestTime in StartTimeFilter should not be larger than LatestTime.");
            }

            _conditions.Add($"{attribute} BETWEEN {Text(earliest)} AND {Text(latest)}");
        }
        else if (times?.EarliestTime is { } from)
        {
            _conditions.Add($"{attribute} >= {Text(from)}");
        }
        else if (times?.LatestTime is { } until)
        {
            _conditions.Add($"{attribute} <= {Text(until)}");
        }

        return this;
    }

    /// <summary>Adds the first filter that is set; the genuine server overlooks the others.</summary>
    public FilterQuery First(WorkflowExecutionFilter? execution, WorkflowTypeFilter? type, StatusFilter? status)
    {
        if (execution is not null)
        {
            _conditions.Add($"WorkflowId = '{execution.WorkflowId}'");
        }
        else if (type is not null)
        {
            _conditions.Add($"WorkflowType = '{type.Name}'");
        }
        else if (status is not null)
        {
            _conditions.Add(status.Status is WorkflowExecutionStatus.Unspecified or WorkflowExecutionStatus.Running
                ? throw RpcFailure.InvalidArgument("StatusFilter must be specified and must be not Running.")
                : $"ExecutionStatus = '{status.Status}'");
        }

        return this;
    }

    private static string Text(Timestamp time) => $"'{time.ToDiagnosticString().Trim('"')}'";
}
