using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Hosting;

/// <summary>The arguments: those of <c>temporal server start-dev</c> and of <c>temporal-test-server</c>, and TLS.</summary>
internal sealed class ServerArguments
{
    private const string Network = "localhost";

    private static readonly string[] DevServerWords = ["server", "start-dev"];

    private readonly Argument<string?> _testPort = new("PORT")
    {
        Description = "Serve as the time-skipping test server on this port; 0 takes a free one.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _unlocked = new("--enable-time-skipping") { Description = "Test server: skip from the start, without an unlock." };
    private readonly Option<int> _port = new("--port", "-p") { Description = "Port of the gRPC service; 0 takes a free one.", DefaultValueFactory = _ => ServerOptions.DefaultPort };
    private readonly Option<string> _ip = new("--ip") { Description = "IP address to serve on.", DefaultValueFactory = _ => Network };
    private readonly Option<string[]> _namespaces = Many("--namespace", "Namespace to create beside 'default'; may be repeated.", "-n");
    private readonly Option<string[]> _attributes = Many("--search-attribute", "Search attribute NAME=TYPE to register: Text, Keyword, Int, Double, Bool, Datetime or KeywordList; may be repeated.");
    private readonly Option<string?> _database = new("--db-filename", "-f") { Description = "File that keeps workflows over restarts, kill -9 included; without it they go with the process." };
    private readonly Option<string[]> _pragmas = Many("--sqlite-pragma", "SQLite setting NAME=VALUE; may be repeated.");
    private readonly Option<string[]> _dynamic = Many("--dynamic-config-value", "Server setting KEY=JSON by the genuine server's keys; one that has no effect here is warned of; may be repeated.");
    private readonly Option<string> _logLevel = Choice("--log-level", "Lowest level logged.", "warn", "debug", "info", "warn", "error", "never");
    private readonly Option<string> _logFormat = Choice("--log-format", "Form of the log on standard error.", "text", "text", "json", "pretty");
    private readonly Option<string?> _tlsCertificate = new("--tls-cert-file") { Description = "Server certificate in PEM: serve TLS instead of plain HTTP/2." };
    private readonly Option<string?> _tlsKey = new("--tls-key-file") { Description = "Key of the server certificate in PEM." };
    private readonly Option<string?> _tlsClients = new("--tls-client-ca-file") { Description = "Authorities in PEM, one of which must have signed each caller's certificate." };
    private readonly Option<bool> _headless = new("--headless") { Description = "Accepted; this server never has a Web UI." };

    // Of the genuine server: they set what this server does not have.
    private readonly Option[] _ignored =
    [
        new Option<int?>("--ui-port") { Hidden = true }, new Option<string?>("--ui-ip") { Hidden = true },
        new Option<string?>("--ui-asset-path") { Hidden = true }, new Option<string?>("--ui-codec-endpoint") { Hidden = true },
        new Option<string?>("--ui-public-path") { Hidden = true }, new Option<bool>("--ui-disable-news-fetch") { Hidden = true },
        new Option<int?>("--http-port") { Hidden = true }, new Option<int?>("--metrics-port") { Hidden = true }, new Option<bool>("--log-config") { Hidden = true },
    ];

    public ServerArguments()
    {
        Command = new RootCommand(
            """
            A Temporal-compatible server on one machine: workflows in one SQLite file, nothing needed but .NET.

            Takes the arguments of 'temporal server start-dev' (the words 'server start-dev' may be left out) and those of
            'temporal-test-server': PORT [--enable-time-skipping]. Also accepted, without effect: --ui-port, --ui-ip, --ui-asset-path,
            --ui-codec-endpoint, --ui-public-path, --ui-disable-news-fetch, --http-port, --metrics-port, --log-config.

            Examples:
              idp-devserver --db-filename workflows.db --namespace orders
              idp-devserver server start-dev --port 0 --search-attribute Customer=Keyword
              idp-devserver 7234 --enable-time-skipping
            """)
        {
            _testPort, _unlocked, _port, _ip, _namespaces, _attributes, _database, _pragmas, _dynamic, _logLevel, _logFormat,
            _tlsCertificate, _tlsKey, _tlsClients, _headless,
        };
        foreach (var option in _ignored)
        {
            Command.Options.Add(option);
        }
    }

    public RootCommand Command { get; }

    public ParseResult Parse(string[] args) =>
        Command.Parse(args.AsSpan().StartsWith(DevServerWords) ? args[DevServerWords.Length..] : args);

    /// <exception cref="FormatException">A value is malformed; the message names the argument.</exception>
    public ServerOptions Read(ParseResult parsed)
    {
        var testPort = ReadTestPort(parsed.GetValue(_testPort));
        if (testPort is null && parsed.GetValue(_unlocked))
        {
            throw new FormatException("--enable-time-skipping needs PORT before it: it belongs to the test server.");
        }

        var options = new ServerOptions
        {
            Ip = ReadIp(parsed.GetValue(_ip)!),
            Port = ReadPort(testPort ?? parsed.GetValue(_port)),
            IsTestServer = testPort is not null,
            StartsUnlocked = parsed.GetValue(_unlocked),
            Namespaces = [.. (parsed.GetValue(_namespaces) ?? []).Distinct(StringComparer.Ordinal)],
            SearchAttributes = Each(parsed, _attributes, ReadAttribute).ToImmutableDictionary(),
            DatabaseFile = parsed.GetValue(_database) is { Length: > 0 } file ? Path.GetFullPath(file) : null,
            Pragmas = [.. Each(parsed, _pragmas, ReadPragma)],
            DynamicConfig = new DynamicConfig(Each(parsed, _dynamic, DynamicConfig.Parse)),
            LogLevel = ReadLevel(parsed.GetValue(_logLevel)!),
            LogsJson = parsed.GetValue(_logFormat) == "json",
            TlsCertificateFile = parsed.GetValue(_tlsCertificate),
            TlsKeyFile = parsed.GetValue(_tlsKey),
            TlsClientAuthoritiesFile = parsed.GetValue(_tlsClients),
            Ignored = [.. _ignored.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)],
        };
        if (!IPAddress.IsLoopback(options.Ip) && options.TlsClientAuthoritiesFile is null)
        {
            throw new FormatException(
                $"--ip {options.Ip} is reachable from other machines, so callers must prove who they are: add --tls-cert-file, --tls-key-file and --tls-client-ca-file.");
        }

        return (options.TlsCertificateFile is null) == (options.TlsKeyFile is null)
            && (options.TlsClientAuthoritiesFile is null || options.TlsCertificateFile is not null)
            ? options
            : throw new FormatException("--tls-cert-file and --tls-key-file belong together, and --tls-client-ca-file needs both.");
    }

    private static Option<string[]> Many(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    private static Option<string> Choice(string name, string description, string fallback, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static IEnumerable<T> Each<T>(ParseResult parsed, Option<string[]> option, Func<string, T> read)
    {
        foreach (var text in parsed.GetValue(option) ?? [])
        {
            T value;
            try
            {
                value = read(text);
            }
            catch (FormatException malformed)
            {
                throw new FormatException($"{option.Name}: {malformed.Message}", malformed);
            }

            yield return value;
        }
    }

    private static IPAddress ReadIp(string text) =>
        text == Network ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var ip) ? ip
        : throw new FormatException($"--ip: \"{text}\" is not an IP address.");

    // Whatever is no known argument ends up here.
    private static int? ReadTestPort(string? text) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port
        : throw new FormatException($"\"{text}\" is neither an argument of this server nor the PORT of a test server.");

    private static int ReadPort(int port) =>
        port is >= 0 and <= ushort.MaxValue ? port : throw new FormatException($"The port must be from 0 to {ushort.MaxValue}, not {port}.");

    private static KeyValuePair<string, IndexedValueType> ReadAttribute(string text)
    {
        var (name, type) = KeyValueText.Split(text);
        return Enum.TryParse<IndexedValueType>(type, ignoreCase: true, out var known) && known != IndexedValueType.Unspecified && !char.IsAsciiDigit(type[0])
            ? new(name, known)
            : throw new FormatException($"invalid search attribute value type \"{type}\"");
    }

    private static KeyValuePair<string, string> ReadPragma(string text)
    {
        var (name, value) = KeyValueText.Split(text);
        return name.Concat(value).All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            ? new(name, value)
            : throw new FormatException($"\"{text}\" is not NAME=VALUE of letters, digits, '_', '-' and '.'");
    }

    private static LogLevel ReadLevel(string text) => text switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.None,
    };
}
