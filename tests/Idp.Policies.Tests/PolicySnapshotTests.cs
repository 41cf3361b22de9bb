using CsCheck;
using Idp.Policies.Rules;

namespace Idp.Policies.Tests;

public sealed class PolicySnapshotTests
{
    private static readonly PolicySnapshot Shipped = PolicyCatalog.Shipped(A.Regions).Snapshot!;

    // Recorded decisions name this revision: it changes only together with what the shipped policies say.
    [Fact]
    public void Revision_OfTheShippedPolicies_IsKnown() =>
        Assert.Equal("4766c01d7457864f07ecacfc55685b84ef8b43f28a0c611ea7ab3a4a7f89b583", Shipped.Revision);

    [Fact]
    public void Revision_AnyOrder_IsTheSame() =>
        Gen.Shuffle(Shipped.Policies.ToArray()).Sample(shuffled => PolicySnapshot.Compile(shuffled).Revision == Shipped.Revision);

    [Fact]
    public void Revision_CommentAdded_IsTheSame()
    {
        var text = A.ShippedText("Catalog/gdpr-eu-residency.yaml");

        Assert.Equal(RevisionOf(text), RevisionOf($"# A comment.\n{text}"));
    }

    [Fact]
    public void Revision_OneGlobChanged_Differs()
    {
        var text = A.ShippedText("Catalog/gdpr-eu-residency.yaml");

        Assert.NotEqual(RevisionOf(text), RevisionOf(text.Replace("ap-*", "a*", StringComparison.Ordinal)));
    }

    [Fact]
    public void Compile_TwoOfOneName_Throws() =>
        Assert.Throws<ArgumentException>(() => PolicySnapshot.Compile([Shipped.Policies[0], Shipped.Policies[0]]));

    [Fact]
    public void Unenforced_Shipped_NamesEveryDemandButLocation() => Assert.Equal(
        [
            "GDPR-EU-Residency requirements.cross_border_transfers",
            "GDPR-EU-Residency requirements.deletion",
            "GDPR-EU-Residency requirements.audit_required",
            "HIPAA-PHI-Protection requirements.encryption",
            "HIPAA-PHI-Protection requirements.access_control",
            "HIPAA-PHI-Protection requirements.audit",
            "Production-Cost-Budget requirements.daily_budget",
            "Production-Cost-Budget requirements.optimization",
            "Production-Cost-Budget requirements.when_over_budget",
        ],
        Shipped.Unenforced.Select(demand => $"{demand.Policy} {demand.Path}"));

    // A new kind of requirement is either enforced or named as unenforced; forgetting it would read as satisfied.
    [Fact]
    public void Unenforced_KindsOfRequirement_AreAllButTheTwoOnLocation() =>
        Assert.Equal(typeof(PolicyRequirements).GetProperties().Length - 2, Shipped.Unenforced.Length);

    private static string RevisionOf(string text) =>
        PolicySnapshot.Compile([PolicyParser.Parse("f", text, A.Regions).Policy!]).Revision;
}
