namespace Idp.Cli.Development;

/// <summary>The source tree that <c>./idp</c> runs from.</summary>
internal static class Checkout
{
    /// <summary>Set by the launcher.</summary>
    public const string Variable = "IDP_ROOT";

    /// <exception cref="CliException">The command was not started by <c>./idp</c> of a checkout.</exception>
    public static string Root => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } root
        ? root
        : throw CliException.Usage("This command needs the source tree; run it as ./idp in a checkout.");
}
