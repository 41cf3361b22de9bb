using Idp.Chaos.Ledger;
using static Idp.Chaos.Tests.H;

namespace Idp.Chaos.Tests;

/// <summary>Registers, rows that come and go, accounts.</summary>
public sealed class ValueCheckerTests
{
    private static History Simple(params LedgerEntry[] entries) => Of(Isolation.ReadCommitted, entries);

    [Fact]
    public void Register_WritesAndReadsInTurn_AreFine() => Assert.Empty(Kinds(Simple(
        Ok(0, 1, ReadRegister(0)), Ok(2, 3, Write(10)), Ok(4, 5, ReadRegister(10)), Ok(6, 9, Write(11)), Ok(7, 8, ReadRegister(10)), Ok(7, 8, ReadRegister(11)), Failed(9, 10, Write(12)), Ok(11, 12, ReadRegister(11)))));

    [Fact]
    public void Register_ConcurrentReads_MayNotGoBack() => Assert.NotEmpty(Kinds(Simple(
        Ok(0, 1, Write(10)), Ok(2, 9, Write(11)), Ok(3, 4, ReadRegister(11)), Ok(5, 6, ReadRegister(10)))));

    [Fact]
    public void Register_OldValueAfterANewerWasAcknowledged_IsStale() => Assert.Contains("stale-read", Kinds(Simple(
        Ok(0, 1, Write(10)), Ok(2, 3, Write(11)), Ok(4, 5, ReadRegister(10)), Ok(6, 7, ReadRegister(11)))));

    [Fact]
    public void Register_AcknowledgedWriteNeverHeld_IsLost() => Assert.Contains("lost-update", Kinds(Simple(
        Ok(0, 1, Write(10)), Ok(2, 3, Write(11)), Ok(4, 5, ReadRegister(10)))));

    [Fact]
    public void Register_Emptied_IsStale() => Assert.NotEmpty(Kinds(Simple(Ok(0, 1, Write(10)), Ok(2, 3, ReadRegister(0)))));

    [Fact]
    public void Register_FailedWriteIsSeen_IsG1a() => Assert.Contains("G1a", Kinds(Simple(Failed(0, 1, Write(10)), Ok(2, 3, ReadRegister(10)))));

    [Fact]
    public void Register_SeenBeforeItsWrite_IsFromTheFuture() => Assert.Contains("future-read", Kinds(Simple(Ok(0, 1, ReadRegister(10)), Ok(2, 3, Write(10)))));

    [Fact]
    public void Register_LostAnswer_MayTakeEffectLate()
    {
        Assert.Empty(Kinds(Simple(Lost(0, Write(10)), Ok(2, 3, Write(11)), Ok(4, 5, ReadRegister(11)), Ok(6, 7, ReadRegister(10)))));
        Assert.Empty(Kinds(Simple(Lost(0, Write(10)), Ok(2, 3, ReadRegister(0)))));
        Assert.NotEmpty(Kinds(Simple(Lost(0, Write(10)), Ok(1, 2, ReadRegister(10)), Ok(3, 4, Write(11)), Ok(5, 6, ReadRegister(11)), Ok(7, 8, ReadRegister(10)))));
    }

    [Fact]
    public void Item_InsertedDeletedAndInsertedAnew_IsFine() => Assert.Empty(Kinds(Simple(
        Ok(0, 1, ReadItem(0)), Ok(2, 3, Insert(10)), Ok(4, 5, Insert(11, hasEffect: false)), Ok(6, 7, ReadItem(10)), Ok(8, 9, Delete(10)), Ok(10, 11, Delete(0)), Ok(12, 13, Insert(12)), Ok(14, 15, ReadItem(12)))));

    [Fact]
    public void Item_SeenAfterItsDeletion_IsResurrected() => Assert.Contains("resurrected", Kinds(Simple(
        Ok(0, 1, Insert(10)), Ok(2, 3, Delete(10)), Ok(4, 5, ReadItem(10)))));

    [Fact]
    public void Item_DeletedTwice_IsResurrected() => Assert.Contains("resurrected", Kinds(Simple(
        Ok(0, 1, Insert(10)), Ok(2, 3, Delete(10)), Ok(4, 5, Delete(10)))));

    [Fact]
    public void Item_Vanished_IsALostWrite()
    {
        Assert.Contains("lost-write", Kinds(Simple(Ok(0, 1, Insert(10)), Ok(2, 3, ReadItem(0)))));
        Assert.Contains("lost-write", Kinds(Simple(Ok(0, 1, Insert(10)), Ok(2, 3, Delete(0)))));
        Assert.Contains("lost-write", Kinds(Simple(Lost(0, Insert(10)), Ok(2, 3, ReadItem(10)), Ok(4, 5, ReadItem(0)))));
    }

    [Fact]
    public void Item_InsertedWhileThereIsOne_IsFound() => Assert.NotEmpty(Kinds(Simple(Ok(0, 1, Insert(10)), Ok(2, 3, Insert(11)), Ok(4, 5, Delete(11)))));

    [Fact]
    public void Item_RefusedInsertIsSeen_IsG1a() => Assert.Contains("G1a", Kinds(Simple(Ok(0, 1, Insert(10)), Ok(2, 3, Insert(11, hasEffect: false)), Ok(4, 5, ReadItem(11)))));

    [Fact]
    public void Item_LostDelete_ExplainsItsAbsence()
    {
        Assert.Empty(Kinds(Simple(Ok(0, 1, Insert(10)), Lost(2, Delete(0)), Ok(4, 5, ReadItem(0)))));
        Assert.Empty(Kinds(Simple(Ok(0, 1, Insert(10)), Lost(2, Delete(0)), Ok(4, 5, ReadItem(10)))));
    }

    [Fact]
    public void Item_ConcurrentWithItsDeletion_MayBeSeenOrNot()
    {
        Assert.Empty(Kinds(Simple(Ok(0, 1, Insert(10)), Ok(2, 9, Delete(10)), Ok(3, 4, ReadItem(10)))));
        Assert.Empty(Kinds(Simple(Ok(0, 1, Insert(10)), Ok(2, 9, Delete(10)), Ok(3, 4, ReadItem(0)))));
    }

    private static History Bank(params LedgerEntry[] entries) => Simple(entries).WithAccounts(3, 100);

    [Fact]
    public void Bank_EveryTransferArrives_IsFine() => Assert.Empty(Kinds(Bank(
        Ok(0, 1, Transfer(0, 1, 30)), Ok(2, 3, Balances(70, 130, 100)), Failed(2, 3, Transfer(1, 2, 5))).EndingWith(Balances(70, 130, 100))));

    [Fact]
    public void Bank_SumDiffers_IsFound() => Assert.Contains("bank-sum", Kinds(Bank(Ok(0, 1, Transfer(0, 1, 30)), Ok(0, 2, Balances(70, 100, 100)))));

    [Fact]
    public void Bank_EmptiedCopy_IsFound() => Assert.Contains("bank-sum", Kinds(Bank(Ok(0, 2, Balances()))));

    [Fact]
    public void Bank_TransferVanishedAsAWhole_IsALostUpdate() => Assert.Contains("lost-update", Kinds(Bank(Ok(0, 1, Transfer(0, 1, 30))).EndingWith(Balances(100, 100, 100))));

    [Fact]
    public void Bank_LostAnswers_MayCountInAnyCombination()
    {
        var history = Bank(Ok(0, 1, Transfer(0, 1, 30)), Lost(2, Transfer(1, 2, 5)), Lost(3, Transfer(0, 2, 7)));

        Assert.Empty(Kinds(history.EndingWith(Balances(70, 130, 100))));
        Assert.Empty(Kinds(history.EndingWith(Balances(63, 130, 107))));
        Assert.Empty(Kinds(history.EndingWith(Balances(63, 125, 112))));
        Assert.Contains("lost-update", Kinds(history.EndingWith(Balances(100, 93, 107))));
    }
}
