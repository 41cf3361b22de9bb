using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Idp.Advise.WhatIfs;
using Idp.Cli.Commands;
using Idp.Core;

namespace Idp.Cli.Advise;

/// <summary><c>idp what-if</c>: what another price, budget, policy or set of regions would change.</summary>
internal static class WhatIfCommand
{
    private static readonly Option<string[]> Price = Many("--price", "Another price: storage/hot or egress/region, in US dollars or as a factor x2, for all regions or for one", "[REGION:]ITEM=VALUE");

    private static readonly Option<string[]> Budget = Many("--budget", "US dollars a day for storage, egress and replication of a dataset, or of everything (*)", "DATASET=USD");

    private static readonly Option<FileInfo[]> PolicyFile = new("--policy") { Description = "A policy file that applies besides the others; may be repeated", HelpName = "FILE", DefaultValueFactory = _ => [] };

    private static readonly Option<string[]> Lose = Many("--lose-region", "Its stores are gone; its callers stay", "REGION");

    private static readonly Option<string[]> AddRegion = Many("--add-region", "A region gets stores; one that nothing is known of takes round trips and prices of another", "REGION[=LIKE]");

    public static Command Create() => new Command("what-if", "Compare the best standing placements before and after a change: which objects would go where, cost, mean and P99.")
        .With([.. LogArguments.All, Price, Budget, PolicyFile, Lose, AddRegion])
        .WithExamples(
            "idp what-if --trace access.csv.gz --price egress/region=x2",
            "idp what-if --trace access.csv.gz --lose-region us-east-1",
            "idp what-if --trace access.csv.gz --stores us-east-1,eu-west-1 --add-region ap-northeast-1",
            "idp what-if --trace access.csv.gz --intents intents/ --policy gdpr.yaml --budget users=20",
            "idp what-if --from-telemetry --lose-region eu-west-1 --json")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<PriceChange> prices = [.. context.Value(Price)!.Select(ParsePrice)];
        var budgets = context.Value(Budget)!.Select(ParseBudget).ToImmutableSortedDictionary(entry => entry.Dataset, entry => entry.Usd, StringComparer.Ordinal);
        ImmutableArray<RegionId> lost = [.. context.Value(Lose)!.Select(Arguments.ParseRegion)];
        ImmutableArray<AddedRegion> added = [.. context.Value(AddRegion)!.Select(ParseAdded)];
        var policies = context.Value(PolicyFile)!;
        if (prices.Length + budgets.Count + lost.Length + added.Length + policies.Length == 0)
        {
            throw CliException.Usage("Say what changes: --price, --budget, --policy, --lose-region or --add-region.");
        }

        var loaded = await new LogLoader(context).LoadAsync(cancellationToken);
        foreach (var dataset in budgets.Keys.Where(dataset => dataset != "*" && !loaded.Rules.Intents.ContainsKey(dataset)))
        {
            throw CliException.Usage($"--budget names '{dataset}', which no intent declares; expected {(loaded.Rules.Intents.IsEmpty ? "--intents DIR with it" : string.Join(", ", loaded.Rules.Intents.Keys))}, or * for everything.");
        }

        ImmutableArray<RegionId> regions = [.. loaded.Market.Regions.Select(region => region.Id), .. added.Select(entry => entry.Region)];
        var change = new WhatIfChange
        {
            Prices = prices, BudgetsUsdPerDay = budgets, LostRegions = lost, AddedRegions = added, Policies = [.. policies.Select(file => RuleFiles.ReadPolicy(file, regions))],
        };
        try
        {
            var whatIf = new WhatIf(loaded.Log, loaded.Market, loaded.Assumptions, loaded.Rules, loaded.Home);
            context.Data.Write(await Task.Run(() => whatIf.Compare(change, cancellationToken), cancellationToken), WhatIfView.Render);
        }
        catch (ArgumentException unfit)
        {
            throw CliException.Usage(unfit.Message, unfit);
        }

        return ExitCode.Ok;
    }

    private static Option<string[]> Many(string name, string description, string help) =>
        new(name) { Description = $"{description}; may be repeated", HelpName = help, DefaultValueFactory = _ => [] };

    private static PriceChange ParsePrice(string text)
    {
        var (key, value) = Halves(text);
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        var item = key[(colon + 1)..];
        var isFactor = value.StartsWith('x') || value.StartsWith('×');
        return ChangedMarket.IsPriced(item) && decimal.TryParse(isFactor ? value[1..] : value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount <= 1_000_000
            ? new PriceChange(colon < 0 ? null : Arguments.ParseRegion(key[..colon]), item, amount, isFactor)
            : throw CliException.Usage($"--price is '{text}'; expected {ChangedMarket.PriceRule}.");
    }

    private static (string Dataset, decimal Usd) ParseBudget(string text)
    {
        var (dataset, value) = Halves(text);
        return dataset.Length > 0 && decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd)
            ? (dataset, usd)
            : throw CliException.Usage($"--budget is '{text}'; expected DATASET=USD, for example users=20, or *=100.");
    }

    private static AddedRegion ParseAdded(string text)
    {
        var (region, like) = Halves(text);
        return new AddedRegion(Arguments.ParseRegion(region), like.Length > 0 ? Arguments.ParseRegion(like) : null);
    }

    private static (string Left, string Right) Halves(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, string.Empty) : (text[..equals], text[(equals + 1)..]);
    }
}
