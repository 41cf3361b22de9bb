using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Idp.Api.Security;

/// <summary>Lets nothing pass without the token, unknown paths included, unless its route says it is open.</summary>
internal sealed class BearerTokenMiddleware(RequestDelegate next, TokenKeeper tokens)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        var isOpen = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        var header = context.Request.Headers.Authorization.ToString();
        if (isOpen
            || (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                && await tokens.IsValidAsync(header[Scheme.Length..].Trim(), context.RequestAborted)))
        {
            await next(context);
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"idp\"";
        await Problems.Of(
            StatusCodes.Status401Unauthorized, "unauthorized",
            "A valid bearer token is needed: send 'Authorization: Bearer …' with the content of the API's token file.").ExecuteAsync(context);
    }
}
