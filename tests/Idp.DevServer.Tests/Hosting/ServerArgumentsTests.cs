using System.Net;
using Idp.DevServer.Hosting;
using Microsoft.Extensions.Logging;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Hosting;

public sealed class ServerArgumentsTests
{
    [Fact]
    public void Read_WhatTheSdkPassesToADevServer_IsUnderstood()
    {
        var options = Read(
            "server", "start-dev", "--port", "7300", "--namespace", "orders", "--ip", "127.0.0.1", "--log-format", "pretty", "--log-level", "warn",
            "--headless", "--db-filename", "state.db", "--search-attribute", "Customer=Keyword", "--search-attribute", "Total=Double",
            "--dynamic-config-value", "frontend.enableUpdateWorkflowExecution=true", "--sqlite-pragma", "synchronous=normal");

        Assert.Equal((IPAddress.Loopback, 7300, false, false), (options.Ip, options.Port, options.IsTestServer, options.StartsUnlocked));
        Assert.Equal(["orders"], options.Namespaces);
        Assert.Equal(Path.GetFullPath("state.db"), options.DatabaseFile);
        Assert.Equal([("Customer", IndexedValueType.Keyword), ("Total", IndexedValueType.Double)], options.SearchAttributes.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal([new("synchronous", "normal")], options.Pragmas);
        Assert.Equal(LogLevel.Warning, options.LogLevel);
    }

    [Fact]
    public void Read_WhatTheSdkPassesToATestServer_SkipsTime()
    {
        var locked = Read("7234");
        var unlocked = Read("7234", "--enable-time-skipping");

        Assert.Equal((7234, true, false), (locked.Port, locked.IsTestServer, locked.StartsUnlocked));
        Assert.Equal((7234, true, true), (unlocked.Port, unlocked.IsTestServer, unlocked.StartsUnlocked));
    }

    [Fact]
    public void Read_Nothing_IsTheDefaultsOnLoopback()
    {
        var options = Read();

        Assert.Equal((IPAddress.Loopback, ServerOptions.DefaultPort, (string?)null), (options.Ip, options.Port, options.DatabaseFile));
    }

    [Fact]
    public void Read_ArgumentsOfTheGenuineServerThatWeDoNotHave_AreNamedAsIgnored() =>
        Assert.Equal(["--ui-port", "--metrics-port"], Read("server", "start-dev", "--ui-port", "8233", "--metrics-port", "9000").Ignored);

    [Theory]
    [InlineData("--port 65536", "The port must be from 0 to 65535, not 65536.")]
    [InlineData("70000", "The port must be from 0 to 65535, not 70000.")]
    [InlineData("seven", "\"seven\" is neither an argument of this server nor the PORT of a test server.")]
    [InlineData("--enable-time-skipping", "--enable-time-skipping needs PORT before it: it belongs to the test server.")]
    [InlineData("--ip elsewhere", "--ip: \"elsewhere\" is not an IP address.")]
    [InlineData("--search-attribute Customer", "--search-attribute: ")]
    [InlineData("--search-attribute Customer=Name", "--search-attribute: invalid search attribute value type \"Name\"")]
    [InlineData("--search-attribute Customer=2", "--search-attribute: invalid search attribute value type \"2\"")]
    [InlineData("--sqlite-pragma a=b;c", "--sqlite-pragma: \"a=b;c\" is not NAME=VALUE of letters, digits, '_', '-' and '.'")]
    [InlineData("--dynamic-config-value limit.blobSize.error", "--dynamic-config-value: ")]
    [InlineData("--tls-cert-file a.pem", "--tls-cert-file and --tls-key-file belong together")]
    [InlineData("--tls-client-ca-file a.pem", "--tls-cert-file and --tls-key-file belong together, and --tls-client-ca-file needs both.")]
    [InlineData("--ip 0.0.0.0", "--ip 0.0.0.0 is reachable from other machines, so callers must prove who they are")]
    [InlineData("--ip 0.0.0.0 --tls-cert-file a.pem --tls-key-file b.pem", "--ip 0.0.0.0 is reachable from other machines, so callers must prove who they are")]
    public void Read_AWrongValue_IsRefusedByName(string arguments, string message)
    {
        var refused = Assert.Throws<FormatException>(() => Read(arguments.Split(' ')));

        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log-level loud")]
    [InlineData("--frontend")]
    [InlineData("--namespace")]
    public void Parse_AnUnknownWordOrChoice_IsAnError(string arguments)
    {
        var parsed = new ServerArguments().Parse(arguments.Split(' '));

        Assert.True(parsed.Errors.Count > 0 || Record.Exception(() => new ServerArguments().Read(parsed)) is not null);
    }

    private static ServerOptions Read(params string[] words)
    {
        var arguments = new ServerArguments();
        var parsed = arguments.Parse(words);
        Assert.Empty(parsed.Errors);
        return arguments.Read(parsed);
    }
}
