using Idp.Chaos.Ledger;
using static Idp.Chaos.Tests.H;

namespace Idp.Chaos.Tests;

public sealed class ListCheckerTests
{
    [Fact]
    public void Check_ReadsAndAppendsInOrder_IsFine() => Assert.Empty(Kinds(Of(
        Isolation.Serializable,
        Ok(0, 1, Append(1, 10)),
        Ok(2, 3, Read(1, 10), Append(1, 11), Read(1, 10, 11)),
        Failed(2, 4, Append(1, 99)),
        Ok(5, 6, Read(1, 10, 11))).EndingWith(Read(1, 10, 11))));

    [Fact]
    public void Check_LostAnswer_MayHaveTakenEffectOrNot()
    {
        var history = Of(Isolation.ReadCommitted, Lost(0, Append(1, 10)), Ok(50, 51, Append(1, 11)));

        Assert.Empty(Kinds(history.EndingWith(Read(1, 10, 11))));
        Assert.Empty(Kinds(history.EndingWith(Read(1, 11))));
        Assert.Empty(Kinds(history.EndingWith(Read(1, 11, 10)))); // It may arrive late.
    }

    [Fact]
    public void Check_AcknowledgedAppendIsNowhere_IsALostWrite() => Assert.Contains("lost-write", Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 1, Append(1, 10)), Ok(2, 3, Append(1, 11))).EndingWith(Read(1, 11))));

    [Fact]
    public void Check_WholeListIsGone_IsALostWrite() => Assert.Contains("lost-write", Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 1, Append(1, 10))).EndingWith(Read(1))));

    [Fact]
    public void Check_ReadOfAnEmptiedCopy_IsStale() => Assert.Contains("stale-read", Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 1, Append(1, 10)), Ok(2, 3, Read(1))).EndingWith(Read(1, 10))));

    [Fact]
    public void Check_ReadDuringTheAppend_MaySeeEither()
    {
        Assert.Empty(Kinds(Of(Isolation.ReadCommitted, Ok(0, 5, Append(1, 10)), Ok(2, 3, Read(1))).EndingWith(Read(1, 10))));
        Assert.Empty(Kinds(Of(Isolation.ReadCommitted, Ok(0, 5, Append(1, 10)), Ok(2, 3, Read(1, 10))).EndingWith(Read(1, 10))));
    }

    [Fact]
    public void Check_SameValueTwice_IsADoubledWrite() => Assert.Contains("doubled-write", Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 1, Append(1, 10))).EndingWith(Read(1, 10, 10))));

    [Fact]
    public void Check_ValueOfAFailedTransaction_IsG1a() => Assert.Contains("G1a", Kinds(Of(
        Isolation.ReadCommitted, Failed(0, 1, Append(1, 10)), Ok(2, 3, Read(1, 10)))));

    [Fact]
    public void Check_ReadOfTheMiddleOfATransaction_IsG1b() => Assert.Contains("G1b", Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 10, Append(1, 10), Append(1, 11)), Ok(2, 3, Read(1, 10))).EndingWith(Read(1, 10, 11))));

    [Fact]
    public void Check_ValueThatNobodyWrote_IsInvented() => Assert.Contains("invented-write", Kinds(Of(
        Isolation.ReadCommitted, Ok(2, 3, Read(1, 10)))));

    [Fact]
    public void Check_ValueInAnotherList_IsMisplaced() => Assert.Contains("misplaced-write", Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 1, Append(2, 10)), Ok(2, 3, Read(1, 10)))));

    [Fact]
    public void Check_TwoOrders_AreIncompatible() => Assert.Contains("incompatible-order", Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 9, Append(1, 10)), Ok(0, 9, Append(1, 11)), Ok(1, 8, Read(1, 10, 11)), Ok(1, 8, Read(1, 11, 10)))));

    [Fact]
    public void Check_OwnAppendIsNotSeen_IsInternal() => Assert.Contains("internal", Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 9, Append(1, 10), Read(1))).EndingWith(Read(1, 10))));

    [Fact]
    public void Check_SessionReadsItsPast_IsARegression()
    {
        var history = Of(
            Isolation.ReadCommitted,
            Ok(0, 1, Append(1, 10)),
            Ok(2, 3, Append(1, 11)),
            Ok(4, 5, Read(1, 10, 11)).By(7).InSession(),
            Ok(6, 7, Read(1, 10)).By(7).InSession()).EndingWith(Read(1, 10, 11));

        Assert.Equal(["session-regression"], Kinds(history));
    }

    [Fact]
    public void Check_SessionDoesNotSeeItsOwnWrite_IsARegression() => Assert.Equal(["session-regression"], Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 1, Append(1, 10)).By(7), Ok(2, 3, Read(1)).By(7).InSession()).EndingWith(Read(1, 10))));

    [Fact]
    public void Check_AnotherSessionIsBehind_IsFineForSessionReads() => Assert.Empty(Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 1, Append(1, 10)).By(7), Ok(2, 3, Read(1)).By(8).InSession()).EndingWith(Read(1, 10))));

    [Theory]
    [InlineData(Isolation.ReadCommitted)]
    [InlineData(Isolation.Serializable)]
    internal void Check_WritesInOppositeOrders_AreG0(Isolation level) => Assert.Contains("G0", Kinds(Of(
        level, Ok(0, 9, Append(1, 10), Append(2, 20)), Ok(0, 9, Append(1, 11), Append(2, 21))).EndingWith(Read(1, 10, 11), Read(2, 21, 20))));

    [Fact]
    public void Check_EachReadsTheOthersWrite_IsG1c() => Assert.Contains("G1c", Kinds(Of(
        Isolation.ReadCommitted, Ok(0, 9, Append(1, 10), Read(2, 20)), Ok(0, 9, Append(2, 20), Read(1, 10))).EndingWith(Read(1, 10), Read(2, 20))));

    // Reads list 1 before and list 2 after a transaction that wrote both.
    private static History ReadSkew(Isolation level) => Of(
        level, Ok(0, 9, Append(1, 10), Append(2, 20)), Ok(0, 9, Read(1), Read(2, 20))).EndingWith(Read(1, 10), Read(2, 20));

    [Fact]
    public void Check_ReadSkew_IsGSingleFromRepeatableReadOn()
    {
        Assert.Empty(Kinds(ReadSkew(Isolation.ReadCommitted)));
        Assert.Equal(["G-single"], Kinds(ReadSkew(Isolation.RepeatableRead)));
        Assert.Equal(["G-single"], Kinds(ReadSkew(Isolation.Serializable)));
    }

    // Both read both lists empty, and each writes one.
    private static History WriteSkew(Isolation level) => Of(
        level, Ok(0, 9, Read(1), Read(2), Append(1, 10)), Ok(0, 9, Read(1), Read(2), Append(2, 20))).EndingWith(Read(1, 10), Read(2, 20));

    [Fact]
    public void Check_WriteSkew_IsG2AtSerializableAlone()
    {
        Assert.Empty(Kinds(WriteSkew(Isolation.ReadCommitted)));
        Assert.Empty(Kinds(WriteSkew(Isolation.RepeatableRead)));
        Assert.Equal(["G2"], Kinds(WriteSkew(Isolation.Serializable)));
    }

    // Two readers see two independent writes in different orders: two rw, never beside each other.
    [Fact]
    public void Check_LongFork_IsForbiddenFromRepeatableReadOn()
    {
        static History Fork(Isolation level) => Of(
            level, Ok(0, 9, Append(1, 10)), Ok(0, 9, Append(2, 20)), Ok(0, 9, Read(1, 10), Read(2)), Ok(0, 9, Read(1), Read(2, 20))).EndingWith(Read(1, 10), Read(2, 20));

        Assert.Empty(Kinds(Fork(Isolation.ReadCommitted)));
        Assert.Equal(["G-nonadjacent"], Kinds(Fork(Isolation.RepeatableRead)));
    }

    // Reads the value, and another append comes between the read and its own.
    [Fact]
    public void Check_LostUpdate_IsForbiddenFromRepeatableReadOn()
    {
        static History Lost(Isolation level) => Of(
            level, Ok(0, 1, Append(1, 10)), Ok(2, 9, Read(1, 10), Append(1, 11)), Ok(2, 9, Append(1, 12))).EndingWith(Read(1, 10, 12, 11));

        Assert.Empty(Kinds(Lost(Isolation.ReadCommitted)));
        Assert.Equal(["G-single"], Kinds(Lost(Isolation.RepeatableRead)));
    }

    [Fact]
    public void Check_HundredThousandTransactions_TakesItsTimeByTheirNumber()
    {
        var small = Work(10_000);
        var large = Work(100_000);

        // Ten times the history, and not a hundred times the visits.
        Assert.True(large < 40 * small, $"{small} and {large} allocated bytes");

        static long Work(int transactions)
        {
            var random = new Random(1);
            var entries = new List<LedgerEntry>();
            var lists = new List<long>[transactions / 100];
            for (var number = 0; number < transactions; number++)
            {
                var key = random.Next(lists.Length);
                var list = lists[key] ??= [];
                if (number % 2 == 0)
                {
                    list.Add(number + 1);
                    entries.Add(Ok(number * 2, (number * 2) + 1, Append(key, number + 1)));
                }
                else
                {
                    entries.Add(Ok(number * 2, (number * 2) + 1, Read(key, [.. list])));
                }
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Empty(Kinds(Of(Isolation.Serializable, [.. entries])));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
