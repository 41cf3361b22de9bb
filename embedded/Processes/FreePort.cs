using System.Net;
using System.Net.Sockets;

namespace Idp.Embedded;

/// <summary>Finds ports for servers that are started beside this process.</summary>
public static class FreePort
{
    /// <summary>A loopback port that was free a moment ago; another process may still be faster, so be ready to try again.</summary>
    public static int Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
