using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Idp.Api;

/// <summary>Problem details (RFC 9457), with types that stay the same.</summary>
internal static class Problems
{
    public static IResult Of(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Invalid => Invalid(refusal.Reason),
        RefusalKind.NotFound => Of(StatusCodes.Status404NotFound, "not-found", refusal.Reason),
        RefusalKind.Conflict => Of(StatusCodes.Status409Conflict, "conflict", refusal.Reason),
        RefusalKind.Unavailable => Of(StatusCodes.Status503ServiceUnavailable, "unavailable", refusal.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Kind, "This kind of refusal has no status."),
    };

    /// <returns>The answer as JSON, or its refusal as a problem.</returns>
    public static IResult JsonOr<T>(Answer<T> answer)
        where T : class => answer.IsGiven ? Results.Json(answer.Value) : Of(answer.Refusal);

    public static IResult Invalid(string detail) => Of(StatusCodes.Status400BadRequest, "invalid", detail);

    /// <param name="type">The last part of the type, for example <c>not-found</c>.</param>
    public static IResult Of(int status, string type, string detail) =>
        Results.Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status), type: $"urn:idp:problem:{type}");
}
