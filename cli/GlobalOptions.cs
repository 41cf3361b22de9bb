using System.CommandLine;

namespace Idp.Cli;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Data folder; default $IDP_HOME, else /var/lib/idp for root, else ~/.local/share/idp",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "Override one setting of idp.json, for example --set Worker:TimeScale=60; may be repeated",
        HelpName = "KEY=VALUE",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    public static readonly Option<string> Output = CreateOutput();

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Short for -o json",
        Recursive = true,
    };

    public static readonly Option<string?> Operator = new("--operator")
    {
        Description = "Whose name is kept with what you do; default $USER",
        HelpName = "NAME",
        Recursive = true,
    };

    public static IEnumerable<Option> All => [Data, Set, Output, Json, Operator];

    static GlobalOptions() => Set.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            result.AddError($"'{token.Value}' is not a setting; expected KEY=VALUE, for example Worker:TimeScale=60.");
        }
    });

    private static Option<string> CreateOutput()
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "How data is written to stdout",
            Recursive = true,
            DefaultValueFactory = _ => "table",
        };
        option.AcceptOnlyFromAmong("table", "json");
        return option;
    }
}
