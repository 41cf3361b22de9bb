using System.Diagnostics;

namespace Idp.Cli.Tests;

/// <summary>Runs the real <c>idp</c> as a process.</summary>
internal static class IdpProcess
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "idp.exe" : "idp");

    public static async Task<IdpResult> RunAsync(string? home, params string[] arguments)
    {
        using var process = Start(home, arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new IdpResult(process.ExitCode, await output, await error);
    }

    public static Process Start(string? home, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["IDP_HOME"] = home ?? Path.Combine(Path.GetTempPath(), "idp-nothing-here");
        start.Environment.Remove("TEMPORAL_ADDRESS");
        return Process.Start(start)!;
    }
}
