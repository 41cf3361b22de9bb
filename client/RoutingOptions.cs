namespace Idp.Client;

/// <summary>Where routes come from. With neither address nor file, <see cref="IdpDataSource.ApplyRoutes"/> is the only source.</summary>
public sealed class RoutingOptions
{
    /// <summary>The control plane; only routes and telemetry need it, and both may wait.</summary>
    /// <value>Default none.</value>
    public Uri? ControlPlane { get; set; }

    /// <summary>Sent to the control plane as bearer token.</summary>
    public string? Token { get; set; }

    /// <summary>Keeps the last known routes over restarts. Processes of one region may share it.</summary>
    /// <value>Default none.</value>
    public string? CacheFile { get; set; }

    /// <summary>How long changes collect before they are written to <see cref="CacheFile"/>.</summary>
    /// <value>Default 1 s. From 0.</value>
    public TimeSpan SaveDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>First delay before connecting to the control plane again; it doubles, and half of it is chance.</summary>
    /// <value>Default 500 ms. Above 0.</value>
    public TimeSpan FirstReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest delay before connecting again.</summary>
    /// <value>Default 30 s. At least <see cref="FirstReconnectDelay"/>.</value>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The event stream is renewed this often, since a half-open connection looks like one without news.</summary>
    /// <value>Default 5 min. Above 0.</value>
    public TimeSpan RenewAfter { get; set; } = TimeSpan.FromMinutes(5);

    internal IEnumerable<string> Errors()
    {
        if (ControlPlane is { } address && (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")))
        {
            yield return $"Routing.ControlPlane is '{address}'; expected an absolute http or https address.";
        }

        if (SaveDelay < TimeSpan.Zero)
        {
            yield return $"Routing.SaveDelay is {SaveDelay}; expected 0 or more.";
        }

        if (FirstReconnectDelay <= TimeSpan.Zero || MaxReconnectDelay < FirstReconnectDelay)
        {
            yield return $"Routing.FirstReconnectDelay is {FirstReconnectDelay} and Routing.MaxReconnectDelay {MaxReconnectDelay}; expected above 0, and the second not below the first.";
        }

        if (RenewAfter <= TimeSpan.Zero)
        {
            yield return $"Routing.RenewAfter is {RenewAfter}; expected above 0.";
        }
    }
}
