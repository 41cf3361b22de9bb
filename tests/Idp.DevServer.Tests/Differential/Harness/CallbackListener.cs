using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Idp.DevServer.Tests.Differential;

/// <summary>An HTTP server that servers under test call back: it answers with the status that a request's path names, the last one for good.</summary>
internal sealed class CallbackListener : IDisposable
{
    private static readonly string[] Told = ["Content-Type", "Nexus-Link", "Nexus-Operation-State", "Test-Header"];

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _received = new();

    public CallbackListener()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = AnswerAsync();
    }

    /// <value>For example <c>http://127.0.0.1:5000</c>, to which a path such as <c>/name/500/200</c> is added.</value>
    public string Address { get; }

    /// <summary>Requests so far, each in one text.</summary>
    public IReadOnlyCollection<string> Received => _received;

    public void Dispose() => _listener.Close();

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext call)
    {
        var path = call.Request.Url!.AbsolutePath;
        using var body = new StreamReader(call.Request.InputStream);
        var headers = Told.Where(name => call.Request.Headers[name] is not null).Select(name => $"{name}: {call.Request.Headers[name]}");
        _received.Enqueue(string.Join(" | ", headers.Prepend($"{call.Request.HttpMethod} {path}").Append(await body.ReadToEndAsync())));
        var statuses = path.Split('/')[2..];
        call.Response.StatusCode = int.Parse(statuses[Math.Min(_calls.AddOrUpdate(path, 0, (_, calls) => calls + 1), statuses.Length - 1)], System.Globalization.CultureInfo.InvariantCulture);
        call.Response.KeepAlive = false;
        call.Response.ContentLength64 = 0;
        call.Response.Close();
    }
}
