using Idp.Core.Controllers.Cost;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Sensors;

/// <summary>Reads the price file when the worker starts: found out by the first turn of a loop, its errors would stop all of them.</summary>
internal sealed class PriceFileCheck : IValidateOptions<CostOptions>
{
    public ValidateOptionsResult Validate(string? name, CostOptions options)
    {
        try
        {
            _ = new PriceSource(Options.Create(options));
            return ValidateOptionsResult.Success;
        }
        catch (Exception unusable) when (unusable is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail(unusable is InvalidOperationException ? unusable.Message : $"{CostOptions.Section}:PricesFile: {unusable.Message}");
        }
    }
}
