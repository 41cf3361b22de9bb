using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Idp.Cli.Output;

/// <summary>Writes data to stdout, as tables for people or as JSON for programs.</summary>
internal sealed class DataWriter(TextWriter output, bool isJson)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Read by people and pipes, never put into HTML.
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly JsonSerializerOptions LineOptions = new(Options) { WriteIndented = false };

    public bool IsJson => isJson;

    /// <summary>Writes one value: as JSON, or as <paramref name="render"/> shows it.</summary>
    public void Write<T>(T value, Action<IAnsiConsole, T> render)
    {
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(value, Options));
            return;
        }

        render(Console(), value);
    }

    /// <summary>Writes one of many: as a line of JSON, or as text.</summary>
    public void WriteLine<T>(T value, string text) => output.WriteLine(isJson ? JsonSerializer.Serialize(value, LineOptions) : text);

    private IAnsiConsole Console()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (System.Console.IsOutputRedirected)
        {
            console.Profile.Width = 240; // A pipe has no width; rows that stay whole can be cut and searched.
        }

        return console;
    }
}
