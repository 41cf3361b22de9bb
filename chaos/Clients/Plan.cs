using System.Collections.Immutable;
using Idp.Chaos.Ledger;

namespace Idp.Chaos.Clients;

/// <summary>What a client does next: the same seed gives the same sequence.</summary>
internal sealed class Plan(int client, Random random)
{
    public const int Lists = 12;
    public const int Registers = 4;
    public const int Items = 6;
    public const int Accounts = 5;
    public const long OpeningBalance = 1_000;

    private long _values;

    public (Style Style, ImmutableArray<Step> Steps, bool IsSession, TimeSpan Hold) Next()
    {
        var kind = random.Next(1_000);
        return kind switch
        {
            < 140 => (Style.Batch, [Append()], false, default),
            < 220 => (Style.Batch, [ReadList()], false, default),
            < 500 => (Style.Batch, Several(4, 24), false, default),
            < 540 => (Style.Batch, [ReadList()], true, default),
            < 610 => (Style.Batch, [Transfer()], false, default),
            < 670 => (Style.Batch, [new Step(StepKind.ReadAccounts, 0)], false, default),
            < 730 => (Style.Batch, [new Step(StepKind.WriteRegister, random.Next(Registers), Value())], false, default),
            < 800 => (Style.Batch, [new Step(StepKind.ReadRegister, random.Next(Registers))], false, default),
            < 850 => (Style.Batch, [new Step(StepKind.InsertItem, random.Next(Items), Value())], false, default),
            < 890 => (Style.Batch, [new Step(StepKind.DeleteItem, random.Next(Items))], false, default),
            < 915 => (Style.Batch, [new Step(StepKind.ReadItem, random.Next(Items))], false, default),
            < 950 => (Style.Explicit, Several(2, 4), false, default),
            < 965 => (Style.Explicit, [Transfer(), new Step(StepKind.ReadAccounts, 0)], false, default),
            < 985 => (Style.Entered, Several(1, 3), false, default),
            < 991 => (Style.RolledBack, Several(1, 3), false, default),
            < 994 => (Style.Cancelled, [Append()], false, TimeSpan.FromMilliseconds(random.Next(1, 12))),
            < 997 => (Style.TimedOut, [Append()], false, default),
            _ => (Style.Long, Several(1, 3), false, TimeSpan.FromMilliseconds(random.Next(50, 1_500))),
        };
    }

    /// <summary>One append, for whoever needs a write.</summary>
    public Step Append() => new(StepKind.Append, random.Next(Lists), Value());

    public Step ReadList() => new(StepKind.ReadList, random.Next(Lists));

    private Step Transfer()
    {
        var from = random.Next(Accounts);
        return new Step(StepKind.Transfer, from, random.Next(1, 50), Other: (from + random.Next(1, Accounts)) % Accounts);
    }

    private ImmutableArray<Step> Several(int least, int most) =>
        [.. Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => random.Next(2) == 0 ? Append() : ReadList())];

    // Small numbers, for people: client 7's 123rd value is 7000000123.
    private long Value() => (client * 1_000_000_000L) + ++_values;
}
