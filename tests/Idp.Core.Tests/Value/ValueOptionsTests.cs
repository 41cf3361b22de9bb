using System.ComponentModel.DataAnnotations;
using Idp.Core.Value;

namespace Idp.Core.Tests.Value;

public sealed class ValueOptionsTests
{
    public static TheoryData<string, Action<ValueOptions>> Faults => new()
    {
        { nameof(ValueOptions.RevenueLossPer100Ms), options => options.RevenueLossPer100Ms = 0 },
        { nameof(ValueOptions.MaxSpendShareOfGain), options => options.MaxSpendShareOfGain = 1.1m },
        { nameof(ValueOptions.PerformanceShare), options => options.PerformanceShare = -0.1m },
        { nameof(ValueOptions.LatencyCurves), options => options.LatencyCurves["a"] = "100:1:2" },
        { nameof(ValueOptions.Services), options => options.Services["Not A Name"] = new ServiceOptions() },
        { nameof(ValueOptions.Services), options => options.Services["a"] = new ServiceOptions { Tenant = "nobody" } },
        { nameof(ValueOptions.Services), options => options.Services["a"] = new ServiceOptions { RevenueUsdPerDay = -1 } },
        { nameof(ValueOptions.Services), options => options.Services["a"] = new ServiceOptions { BudgetUsdPerDay = -1 } },
    };

    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(OptionErrors.Of(new ValueOptions()));

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Validate_OneRuleBroken_NamesTheOption(string name, Action<ValueOptions> fault)
    {
        var options = new ValueOptions();
        fault(options);

        Assert.Contains(name, Assert.Single(OptionErrors.Of(options)).MemberNames);
    }

    [Fact]
    public void Validate_TwoServicesBroken_ReportsBothByName()
    {
        var options = new ValueOptions
        {
            Services = { ["b"] = new ServiceOptions { BudgetUsdPerDay = -1 }, ["a"] = new ServiceOptions { RevenueUsdPerDay = -1 } },
        };

        Assert.Equal(
            ["Value:Services:a", "Value:Services:b"],
            OptionErrors.Of(options).Select((ValidationResult error) => string.Join(':', error.ErrorMessage!.Split(':')[..3])));
    }
}
