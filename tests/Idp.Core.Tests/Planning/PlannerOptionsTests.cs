using System.ComponentModel.DataAnnotations;
using Idp.Core.Planning;

namespace Idp.Core.Tests.Planning;

public sealed class PlannerOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(Errors(new PlannerOptions()));

    [Theory]
    [InlineData(nameof(PlannerOptions.ReactiveMinGain))]
    [InlineData(nameof(PlannerOptions.ReactiveMinPayback))]
    [InlineData(nameof(PlannerOptions.MinPayback))]
    [InlineData(nameof(PlannerOptions.CoolDown))]
    [InlineData(nameof(PlannerOptions.MaxCopiesPerDay))]
    [InlineData(nameof(PlannerOptions.ReactiveHoldLoops))]
    public void Validate_OneRuleBroken_IsNamed(string member)
    {
        var options = new PlannerOptions();
        switch (member)
        {
            case nameof(PlannerOptions.ReactiveMinGain): options.ReactiveMinGain = 0.01; break;
            case nameof(PlannerOptions.ReactiveMinPayback): options.ReactiveMinPayback = 1.2; break;
            case nameof(PlannerOptions.MinPayback): options.MinPayback = 0.5; break;
            case nameof(PlannerOptions.CoolDown): options.CoolDown = TimeSpan.FromHours(-1); break;
            case nameof(PlannerOptions.MaxCopiesPerDay): options.MaxCopiesPerDay = 0; break;
            case nameof(PlannerOptions.ReactiveHoldLoops): options.ReactiveHoldLoops = 0; break;
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
