namespace Idp.Core.Prices;

/// <param name="Line">Counted from 1; the header is line 1.</param>
/// <param name="Message">What stands there, and what is expected.</param>
public sealed record PriceFileError(int Line, string Message)
{
    public override string ToString() => $"line {Line}: {Message}";
}
