using System.CommandLine;
using Idp.Cli.Output;

namespace Idp.Cli;

/// <summary>What a command knows of how it was called.</summary>
internal sealed class CommandContext(ParseResult parse)
{
    public ParseResult Parse => parse;

    public IdpHome Home { get; } = IdpHome.Find(parse.GetValue(GlobalOptions.Data));

    /// <summary>The installation that the command works with; the demo's while nothing else is configured.</summary>
    public IdpHome Installation => Home.Installation;

    /// <summary>Settings of the command line, as KEY=VALUE.</summary>
    public IReadOnlyList<string> Settings => parse.GetValue(GlobalOptions.Set) ?? [];

    /// <summary>Data for stdout; talk goes to <see cref="Error"/>.</summary>
    public DataWriter Data { get; } = new(
        parse.InvocationConfiguration.Output,
        isJson: parse.GetValue(GlobalOptions.Json) || parse.GetValue(GlobalOptions.Output) == "json");

    public TextWriter Error => parse.InvocationConfiguration.Error;

    public string Operator => parse.GetValue(GlobalOptions.Operator) is { Length: > 0 } given ? given : Environment.UserName;

    public T? Value<T>(Option<T> option) => parse.GetValue(option);

    public T Value<T>(Argument<T> argument) => parse.GetRequiredValue(argument);
}
