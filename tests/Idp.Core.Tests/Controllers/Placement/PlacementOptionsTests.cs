using System.ComponentModel.DataAnnotations;
using Idp.Core.Arbitration;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Tests.Controllers.Placement;

public sealed class PlacementOptionsTests
{
    public static TheoryData<string, Action<PlacementOptions>> Faults => new()
    {
        { nameof(PlacementOptions.HalfLife), options => options.HalfLife = TimeSpan.Zero },
        { nameof(PlacementOptions.RevenueUsdPerOperation), options => options.RevenueUsdPerOperation = 0 },
        { nameof(PlacementOptions.RevenueLossPer100Ms), options => options.RevenueLossPer100Ms = 0.6 },
        { nameof(PlacementOptions.AnswerBytes), options => options.AnswerBytes = -1 },
        { nameof(PlacementOptions.MoveOverheadUsd), options => options.MoveOverheadUsd = -1 },
        { nameof(PlacementOptions.MinGain), options => options.MinGain = 1 },
        { nameof(PlacementOptions.HoldLoops), options => options.HoldLoops = 0 },
        { nameof(PlacementOptions.PaybackHorizon), options => options.PaybackHorizon = TimeSpan.Zero },
        { nameof(PlacementOptions.MinPayback), options => options.MinPayback = 0.5 },
        { nameof(PlacementOptions.CoolDown), options => options.CoolDown = TimeSpan.FromDays(31) },
        { nameof(PlacementOptions.ReversalDecay), options => options.ReversalDecay = TimeSpan.Zero },
        { nameof(PlacementOptions.MaxCopiesPerDay), options => options.MaxCopiesPerDay = 0 },
        { nameof(PlacementOptions.WidenAfterPeriods), options => options.WidenAfterPeriods = 5 },
        { nameof(PlacementOptions.HoldAfterPeriods), options => options.HoldAfterPeriods = 1_001 },
        { nameof(PlacementOptions.LedgerPriorOperations), options => options.LedgerPriorOperations = -1 },
        { nameof(PlacementOptions.LedgerStandardErrors), options => options.LedgerStandardErrors = -1 },
        { nameof(PlacementOptions.DatasetStandardErrors), options => options.DatasetStandardErrors = -1 },
    };

    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(Errors(new PlacementOptions()));

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Validate_OneRuleBroken_NamesTheOption(string name, Action<PlacementOptions> fault)
    {
        var options = new PlacementOptions();
        fault(options);

        Assert.Contains(name, Assert.Single(Errors(options)).MemberNames);
    }

    [Fact]
    public void Validate_MoreOnARouteThanInAll_NamesTheOption() =>
        Assert.Contains(
            nameof(ArbiterOptions.MaxOpenMigrationsPerRoute),
            Assert.Single(Errors(new ArbiterOptions { MaxOpenMigrations = 2, MaxOpenMigrationsPerRoute = 3 })).MemberNames);

    private static List<ValidationResult> Errors(object options)
    {
        var errors = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true);
        return errors;
    }
}
