using Idp.Core;
using Idp.Core.Migrations;
using Microsoft.Extensions.Configuration;
using Temporalio.Client;

namespace Idp.Api;

/// <summary>Addresses of pages in Temporal's Web UI.</summary>
public sealed class TemporalLinks(IConfiguration configuration, ITemporalClient temporal)
{
    /// <returns>Null when no <c>Temporal:UiAddress</c> is configured.</returns>
    public Uri? ChangeOf(ObjectId id) => Of(MigrationRequest.WorkflowIdOf(id));

    /// <returns>Null when no <c>Temporal:UiAddress</c> is configured.</returns>
    public Uri? Of(string workflowId) =>
        Uri.TryCreate(configuration["Temporal:UiAddress"], UriKind.Absolute, out var ui)
            ? new Uri($"{ui.AbsoluteUri.TrimEnd('/')}/namespaces/{temporal.Options.Namespace}/workflows/{Uri.EscapeDataString(workflowId)}")
            : null;
}
