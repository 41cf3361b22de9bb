namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>What a mover does until it crashes, and how others recover.</summary>
/// <param name="Prepare">Done before, by a mover that does not crash.</param>
/// <param name="Steps">Done through the relay, in order, until one says that there is no more; a client writes before each.</param>
/// <param name="Recover">By a mover that knows nothing but what the stores say. Ends with every attempt settled.</param>
internal sealed record CrashStory(
    string Name, Func<CrashScene, Task>? Prepare, Func<CrashScene, IReadOnlyList<Func<Task<bool>>>> Steps, Func<CrashScene, Task> Recover)
{
    private static readonly CrashStory[] All =
    [
        new("move", null, WholeMove, scene => scene.SettleAsync()),
        new("move, then reverted", null, scene => [.. WholeMove(scene).SkipLast(1)], scene => scene.SettleAndRevertAsync()),
        new("move, then repeated", null, WholeMove, scene => scene.RepeatAsync()),
        new("move given up", null, GivenUp, scene => scene.SettleAsync()),
        new("undo", scene => scene.PrepareUndoAsync(), WholeUndo, scene => scene.SettleUndoAsync()),
        new("undo given up", scene => scene.PrepareUndoAsync(), GivenUp, scene => scene.SettleAndRevertAsync()),
    ];

    public static CrashStory Named(string name) => Array.Find(All, story => story.Name == name)
        ?? throw new ArgumentException($"'{name}' is not a story.", nameof(name));

    private static Func<Task<bool>>[] WholeMove(CrashScene scene) =>
    [
        () => DoneAsync(scene.Mover.StartAsync(scene.Token)),
        () => DoneAsync(scene.Mover.CopyAsync(_ => { }, scene.Token)),
        () => DoneAsync(scene.Mover.VerifyAsync(scene.Token)),
        () => DoneAsync(scene.Mover.SwitchAsync(scene.Token)),
        scene.ResolveAsync,
        () => DoneAsync(scene.Mover.OpenAsync(scene.Token)),
        () => DoneAsync(scene.Mover.FollowAsync(scene.Token)),
        () => DoneAsync(scene.Mover.CleanUpAsync(_ => { }, scene.Token)),
    ];

    private static Func<Task<bool>>[] WholeUndo(CrashScene scene) =>
    [
        () => DoneAsync(scene.Mover.StartAsync(scene.Token)),
        () => DoneAsync(scene.Mover.CopyAsync(_ => { }, scene.Token)),
        () => DoneAsync(scene.Mover.VerifyAsync(scene.Token)),
        () => DoneAsync(scene.Mover.SwitchAsync(scene.Token)),
        scene.ResolveAsync,
        () => DoneAsync(scene.Mover.OpenAsync(scene.Token)),
        () => DoneAsync(scene.Mover.CleanUpAsync(_ => { }, scene.Token)),
    ];

    private static Func<Task<bool>>[] GivenUp(CrashScene scene) =>
    [
        () => DoneAsync(scene.Mover.StartAsync(scene.Token)),
        () => DoneAsync(scene.Mover.CopyAsync(_ => { }, scene.Token)),
        () => DoneAsync(scene.FreezeAsync()),
        scene.ResolveAsync,
    ];

    private static async Task<bool> DoneAsync(Task step)
    {
        await step;
        return true;
    }
}
