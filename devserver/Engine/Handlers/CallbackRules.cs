using Grpc.Core;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Whom a workflow may tell of its end: nobody outside whose address is not allowed.</summary>
internal static class CallbackRules
{
    /// <summary>For Nexus operations inside the server; here nobody has the token that it needs.</summary>
    public const string InsideUrl = "temporal://system";

    /// <exception cref="RpcFailure">A callback goes to an address that is not allowed.</exception>
    public static void Check(StartWorkflowExecutionRequest request, CallbackAddresses allowed)
    {
        foreach (var callback in request.CompletionCallbacks)
        {
            Check(callback, allowed);
        }

        RequestRules.Require(
            request.OnConflictOptions is not { AttachCompletionCallbacks: true, AttachRequestId: false },
            "attaching request ID is required for attaching completion callbacks");
    }

    private static void Check(Callback callback, CallbackAddresses allowed)
    {
        if (callback.VariantCase is Callback.VariantOneofCase.None)
        {
            throw new RpcFailure(StatusCode.Unimplemented, "unknown callback variant: <nil>");
        }

        RequestRules.Require(callback.VariantCase is Callback.VariantOneofCase.Nexus, "unsupported callback variant: *common.Callback_Internal_");
        var url = callback.Nexus.Url;
        if (url == InsideUrl)
        {
            return;
        }

        RequestRules.Require(url.Length == 0 || url[0] != ':', $"invalid callback url: parse \"{url}\": missing protocol scheme");
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        RequestRules.Require(scheme >= 0 && url[..scheme] is "http" or "https", $"invalid url: unknown scheme: {url}");
        var rest = url[(scheme + "://".Length)..];
        RequestRules.Require(rest.Length > 0 && rest[0] is not ('/' or '?' or '#'), "invalid url: missing host");
        var refused = Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? allowed.Refuse(parsed) : $"invalid url: missing host";
        RequestRules.Require(refused is null, refused ?? string.Empty);
    }
}
