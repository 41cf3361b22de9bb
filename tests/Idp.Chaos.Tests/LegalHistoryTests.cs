using CsCheck;
using Idp.Chaos.Checking;
using Idp.Chaos.Ledger;

namespace Idp.Chaos.Tests;

/// <summary>The checker on a store that is right by construction: one that runs each transaction at one moment.</summary>
public sealed class LegalHistoryTests
{
    private static readonly Gen<(int Kind, int Key, int Other, bool IsLost, bool HasEffect, int Spread)> Operation =
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 19], Gen.Bool, Gen.Int[1, 12], (kind, key, other, lost, effect, spread) => (kind, key, other, lost == 0, effect, spread));

    [Fact]
    public void Check_SerialStore_NeverFindsAnything() => Operation.Array[0, 200].Sample(
        operations =>
        {
            var found = HistoryChecker.Check(Run(operations, null));
            Assert.True(found.IsEmpty, string.Join('\n', found));
        },
        iter: 2_000);

    [Fact]
    public void Check_StoreThatForgetsOneWrite_IsFound()
    {
        var caught = 0;
        var planted = 0;
        Gen.Select(Operation.Array[20, 200], Gen.Int[0, 199]).Sample(
            (operations, forgotten) =>
            {
                // Only what is acknowledged and leaves a trace of its own.
                var index = forgotten % operations.Length;
                if (operations[index] is { Kind: 0 or 7, IsLost: false } operation && operation.Key != operation.Other)
                {
                    Interlocked.Increment(ref planted);
                    Interlocked.Add(ref caught, HistoryChecker.Check(Run(operations, index)).IsEmpty ? 0 : 1);
                }
            },
            iter: 2_000);

        Assert.True(planted > 100 && caught == planted, $"{caught} of {planted} found");
    }

    // Transactions overlap in time, and each takes effect at one moment inside its span, in the order of the list.
    private static History Run((int Kind, int Key, int Other, bool IsLost, bool HasEffect, int Spread)[] operations, int? forgotten)
    {
        var lists = Enumerable.Range(0, 3).Select(_ => new List<long>()).ToArray();
        var registers = new long[3];
        var items = new long[3];
        long[] accounts = [100, 100, 100];
        var transfers = 0;
        var entries = new List<LedgerEntry>();
        foreach (var (index, operation) in operations.Index())
        {
            var value = index + 1L;
            var moment = (index + 1) * 10;
            var (start, end) = (moment - operation.Spread, moment + operation.Spread);
            var takesEffect = (!operation.IsLost || operation.HasEffect) && index != forgotten;
            Step[] steps = operation.Kind switch
            {
                0 => [Append(operation.Key, value)],
                1 => [H.Read(operation.Key, [.. lists[operation.Key]])],
                2 => [Append(operation.Key, value), H.Read(operation.Key, [.. lists[operation.Key]]), H.Read(operation.Other, [.. lists[operation.Other]])],
                3 => [Write(operation.Key, value)],
                4 => [new Step(StepKind.ReadRegister, operation.Key, registers[operation.Key])],
                5 => [Insert(operation.Key, value)],
                6 => [Delete(operation.Key)],
                7 => [Transfer(operation.Key, operation.Other)],
                _ => [H.Balances([.. accounts])],
            };
            entries.Add(operation.IsLost && steps.Any(step => step.IsWrite)
                ? new LedgerEntry(index, start, LedgerEntry.Never, Outcome.Unknown, [.. steps])
                : new LedgerEntry(index, start, end, Outcome.Ok, [.. steps]));

            Step Append(int key, long appended)
            {
                if (takesEffect)
                {
                    lists[key].Add(appended);
                }

                return H.Append(key, appended);
            }

            Step Write(int key, long written)
            {
                registers[key] = takesEffect ? written : registers[key];
                return new Step(StepKind.WriteRegister, key, written);
            }

            Step Insert(int key, long incarnation)
            {
                var isFree = items[key] == 0;
                items[key] = isFree && takesEffect ? incarnation : items[key];
                return new Step(StepKind.InsertItem, key, incarnation, isFree);
            }

            Step Delete(int key)
            {
                var was = items[key];
                items[key] = takesEffect ? 0 : items[key];
                return new Step(StepKind.DeleteItem, key, operation.IsLost ? 0 : was);
            }

            Step Transfer(int from, int to)
            {
                // A power of two of its own, so that no lost answers of others add up to it; 200 operations have far fewer than 60 transfers.
                var amount = 1L << (transfers++ % 60);
                if (takesEffect)
                {
                    accounts[from] -= amount;
                    accounts[to] += amount;
                }

                return H.Transfer(from, to, amount);
            }
        }

        return new History("a serial store", Isolation.Serializable, [.. entries], Final: null).WithAccounts(3, 100).EndingWithAll(lists, registers, items, accounts, operations.Length);
    }
}

file static class Ending
{
    public static History EndingWithAll(this History history, List<long>[] lists, long[] registers, long[] items, long[] accounts, int operations) => history with
    {
        Final = new LedgerEntry(
            9_999,
            (operations + 10) * 10,
            ((operations + 10) * 10) + 1,
            Outcome.Ok,
            [
                .. lists.Select((list, key) => H.Read(key, [.. list])),
                .. registers.Select((value, key) => new Step(StepKind.ReadRegister, key, value)),
                .. items.Select((value, key) => new Step(StepKind.ReadItem, key, value)),
                H.Balances([.. accounts]),
            ]),
    };
}
