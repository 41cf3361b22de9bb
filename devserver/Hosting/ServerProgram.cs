using System.CommandLine;
using Microsoft.AspNetCore.Connections;

namespace Idp.DevServer.Hosting;

/// <summary>From arguments to exit code.</summary>
internal static class ServerProgram
{
    private const int Failed = 1;
    private const int BadArguments = 2;

    /// <returns>0 after an orderly stop, 1 when the server cannot start, 2 for arguments that are wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new ServerArguments();
        var parsed = arguments.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return await RefuseAsync(parsed.Errors.Select(error => error.Message));
        }

        if (parsed.Action is { } help)
        {
            return await parsed.InvokeAsync();
        }

        try
        {
            return await ServeAsync(arguments.Read(parsed));
        }
        catch (FormatException malformed)
        {
            return await RefuseAsync([malformed.Message]);
        }
    }

    private static async Task<int> ServeAsync(ServerOptions options)
    {
        try
        {
            using var owned = options.DatabaseFile is { } file ? DatabaseLock.Take(file) : null;
            await using var app = ServerApp.Build(options);
            await app.StartAsync();
            await Console.Out.WriteLineAsync(ServerApp.StartMessage(app, options));
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (ServerStartException refused)
        {
            return await FailAsync(refused.Message);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            return await FailAsync($"port {options.Port} of {options.Ip} is already in use: {taken.Message}");
        }
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync($"Error: {message}");
        return Failed;
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> messages)
    {
        foreach (var message in messages)
        {
            await Console.Error.WriteLineAsync($"Error: {message}");
        }

        await Console.Error.WriteLineAsync("--help lists all arguments.");
        return BadArguments;
    }
}
