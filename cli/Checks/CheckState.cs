namespace Idp.Cli.Checks;

internal enum CheckState
{
    Ok,

    /// <summary>Works, but somebody should look.</summary>
    Warn,
    Fail,
}
