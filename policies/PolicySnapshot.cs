using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Idp.Policies.Rules;

namespace Idp.Policies;

/// <summary>An immutable set of policies, and its revision.</summary>
public sealed class PolicySnapshot
{
    // Null members are left out, so a new optional member does not change the revision of old policies.
    private static readonly JsonSerializerOptions CanonicalJson = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    // All requirements but the two on location, which PolicyEvaluator enforces.
    private static readonly ImmutableArray<(string Path, Func<PolicyRequirements, object?> Read)> UnenforcedRequirements =
    [
        ("requirements.cross_border_transfers", requirements => requirements.CrossBorderTransfers),
        ("requirements.deletion", requirements => requirements.Deletion),
        ("requirements.audit_required", requirements => requirements.AuditRequired),
        ("requirements.encryption", requirements => requirements.Encryption),
        ("requirements.access_control", requirements => requirements.AccessControl),
        ("requirements.audit", requirements => requirements.Audit),
        ("requirements.daily_budget", requirements => requirements.DailyBudget),
        ("requirements.optimization", requirements => requirements.Optimization),
        ("requirements.when_over_budget", requirements => requirements.WhenOverBudget),
    ];

    private PolicySnapshot(ImmutableArray<CompiledPolicy> policies)
    {
        Compiled = policies;
        Policies = [.. policies.Select(compiled => compiled.Policy)];
        Unenforced = [.. policies.SelectMany(
            compiled => compiled.NotEvaluated.Select(path => new UnenforcedRequirement(compiled.Policy.Name, path)))];
        Revision = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Policies, CanonicalJson)));
    }

    /// <summary>In the ordinal order of their names.</summary>
    public ImmutableArray<Policy> Policies { get; }

    /// <summary>SHA-256 of what the policies say, 64 hexadecimal digits.</summary>
    /// <remarks>Comments, the order of fields and the order of files do not change it; the order within a list does.</remarks>
    public string Revision { get; }

    /// <summary>What the policies demand and nothing enforces yet. Never read it as satisfied.</summary>
    public ImmutableArray<UnenforcedRequirement> Unenforced { get; }

    internal ImmutableArray<CompiledPolicy> Compiled { get; }

    /// <exception cref="ArgumentException">Two policies have one name.</exception>
    public static PolicySnapshot Compile(IEnumerable<Policy> policies)
    {
        var sorted = policies.OrderBy(policy => policy.Name, StringComparer.Ordinal).ToImmutableArray();
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Name == sorted[i - 1].Name)
            {
                throw new ArgumentException($"Two policies are named '{sorted[i].Name}'; names are unique.", nameof(policies));
            }
        }

        return new PolicySnapshot([.. sorted.Select(policy => new CompiledPolicy(policy, NotEvaluatedOf(policy.Requirements)))]);
    }

    private static ImmutableArray<string> NotEvaluatedOf(PolicyRequirements requirements) =>
        [.. UnenforcedRequirements.Where(known => known.Read(requirements) is not null).Select(known => known.Path)];
}
