using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Tests.Value;

internal static class OptionErrors
{
    public static List<ValidationResult> Of(object options)
    {
        var errors = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true);
        return errors;
    }
}
