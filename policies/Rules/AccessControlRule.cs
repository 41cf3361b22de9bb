namespace Idp.Policies.Rules;

public sealed record AccessControlRule
{
    /// <summary><c>multi_factor</c> or <c>single_factor</c>, at least.</summary>
    public string? Authentication { get; init; }

    /// <summary><c>role_based</c> or <c>attribute_based</c>.</summary>
    public string? Authorization { get; init; }

    public bool? MinimumPrivilege { get; init; }
}
