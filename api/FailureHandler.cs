using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Idp.Api;

/// <summary>The edge: any failure becomes problem details; what is inside stays inside, and in the log.</summary>
internal sealed partial class FailureHandler(ILogger<FailureHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var problem = exception switch
        {
            BadHttpRequestException bad => Problems.Of(bad.StatusCode, "invalid", (bad.InnerException as JsonException)?.Message ?? bad.Message),
            NpgsqlException and not PostgresException => Unavailable(exception, "The control database does not answer; try again."),
            _ when TemporalFailures.IsUnreachable(exception) => Unavailable(exception, "Temporal does not answer; try again."),
            _ => Unexpected(httpContext, exception),
        };
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private IResult Unavailable(Exception exception, string detail)
    {
        LogUnavailable(exception);
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, "unavailable", detail);
    }

    private IResult Unexpected(HttpContext context, Exception exception)
    {
        LogUnexpected(exception, context.Request.Method, context.Request.Path);
        return Problems.Of(StatusCodes.Status500InternalServerError, "failed", $"The request failed; the API's log has it under trace {context.TraceIdentifier}.");
    }

    [LoggerMessage(LogLevel.Warning, "Something that the API needs does not answer")]
    private partial void LogUnavailable(Exception exception);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogUnexpected(Exception exception, string method, string path);
}
