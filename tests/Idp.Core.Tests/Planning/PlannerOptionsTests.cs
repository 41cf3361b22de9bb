using System.ComponentModel.DataAnnotations;
using Idp.Core.Planning;

namespace Idp.Core.Tests.Planning;

public sealed class PlannerOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(Errors(new PlannerOptions()));

    [Theory]
    [InlineData(nameof(PlannerOptions.MinGain))]
    [InlineData(nameof(PlannerOptions.MinHandOverGain))]
    [InlineData(nameof(PlannerOptions.MaxCopiesPerDay))]
    [InlineData(nameof(PlannerOptions.MaxHandOversPerDay))]
    [InlineData(nameof(PlannerOptions.ReturnTolerance))]
    [InlineData(nameof(PlannerOptions.LedgerHalfLife))]
    [InlineData(nameof(PlannerOptions.LedgerPower))]
    public void Validate_OneRuleBroken_IsNamed(string member)
    {
        var options = new PlannerOptions();
        switch (member)
        {
            case nameof(PlannerOptions.MinGain): options.MinGain = 0.95; break;
            case nameof(PlannerOptions.MinHandOverGain): options.MinHandOverGain = -0.1; break;
            case nameof(PlannerOptions.MaxCopiesPerDay): options.MaxCopiesPerDay = 0; break;
            case nameof(PlannerOptions.MaxHandOversPerDay): options.MaxHandOversPerDay = 0; break;
            case nameof(PlannerOptions.ReturnTolerance): options.ReturnTolerance = TimeSpan.FromHours(-1); break;
            case nameof(PlannerOptions.LedgerHalfLife): options.LedgerHalfLife = TimeSpan.Zero; break;
            case nameof(PlannerOptions.LedgerPower): options.LedgerPower = -1; break;
        }

        Assert.Contains(Errors(options), error => error.MemberNames.Contains(member));
    }

    private static List<ValidationResult> Errors(PlannerOptions options)
    {
        var errors = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true);
        return errors;
    }
}
