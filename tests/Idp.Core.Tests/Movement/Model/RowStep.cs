namespace Idp.Core.Tests.Movement.Model;

/// <summary>Names an entry of <see cref="RowSteps"/>.</summary>
internal enum RowStep
{
    Birth,
    StartSource,
    StartTarget,
    MayImport,
    MayFollow,
    Freeze,
    Thaw,
    Commit,
    Void,
    Unsubscribe,
    UndoTarget,
    Open,
    EndGrace,
    DropReverse,
    MayDelete,
}
