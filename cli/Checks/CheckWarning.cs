namespace Idp.Cli.Checks;

/// <summary>A check found something that works but should not stay so.</summary>
internal sealed class CheckWarning(string message) : Exception(message);
