using System.Text.Json;
using Idp.Chaos;
using Idp.Chaos.Report;
using Idp.Cli.Development;
using Idp.Embedded;

if (args is not [var json] || !json.StartsWith('{'))
{
    await Console.Error.WriteLineAsync("Started by 'idp chaos movement', which passes its settings as JSON; see idp chaos movement --help.");
    return 2;
}

var settings = JsonSerializer.Deserialize<ChaosSettings>(json)!;
using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
};
if (settings.EndsWithInput)
{
    _ = Task.Run(async () =>
    {
        await Console.In.ReadToEndAsync();
        await stopping.CancelAsync();
    });
}

var folder = settings.Folder ?? Directory.CreateTempSubdirectory("idp-chaos-").FullName;
Directory.CreateDirectory(folder);
if (!OperatingSystem.IsWindows())
{
    File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101); // PostgreSQL's account passes through.
}

try
{
    var report = await new ChaosRun(settings, new Talk()).RunAsync(folder, stopping.Token);
    await Console.Out.WriteLineAsync(settings.Json ? JsonSerializer.Serialize(report, ChaosReport.Json) : ReportTable.Write(report));
    return report.Anomalies == 0 ? 0 : 1;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    return 130;
}
catch (EmbeddedServerException missing)
{
    await Console.Error.WriteLineAsync($"idp: {missing.Message}");
    return 5;
}
catch (Exception failure)
{
    // The edge of the process: its world is down already, and the folder must not hide the reason.
    await Console.Error.WriteLineAsync($"idp: the run broke: {failure}");
    return 1;
}
finally
{
    if (settings.Folder is null)
    {
        Remove(folder);
    }
}

static void Remove(string folder)
{
    try
    {
        Directory.Delete(folder, recursive: true);
    }
    catch (IOException busy)
    {
        Console.Error.WriteLine($"idp: {folder} stays: {busy.Message}");
    }
}

internal sealed class Talk : IProgress<string>
{
    public void Report(string value) => Console.Error.WriteLine(value);
}
