using System.Net;
using System.Net.Sockets;

namespace Idp.Cli.Local;

/// <summary>Free ports of the loopback interface.</summary>
internal static class LocalPort
{
    /// <returns>A port that nobody listened on a moment ago.</returns>
    public static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
