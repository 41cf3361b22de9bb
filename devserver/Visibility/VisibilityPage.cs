using Google.Protobuf;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Visibility;

/// <param name="NextPageToken">Empty when there is no more.</param>
internal sealed record VisibilityPage(IReadOnlyList<WorkflowExecutionInfo> Runs, ByteString NextPageToken);
