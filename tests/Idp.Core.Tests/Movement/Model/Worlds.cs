namespace Idp.Core.Tests.Movement.Model;

/// <summary>The worlds that are explored to the end.</summary>
internal static class Worlds
{
    private const int A = 0, B = 1, C = 2, D = 3;

    /// <summary>With bounds that keep every build under a minute.</summary>
    public static readonly World[] All =
    [
        new("retry", "A to B, given up, A to B again", new Leg(A, B), new Leg(A, B)) { Thaws = 1, Voidable = [1], Processes = 2 },
        new("switch", "one move, all races", new Leg(A, B)) { Writes = 3, Thaws = 1, Voidable = [1], Processes = 2, Clients = 2, Deletes = true, RollsBack = true },
        new("apart", "one move, chunks and changes apart", new Leg(A, B)) { Thaws = 1, Voidable = [1], Processes = 2, Clients = 2, Deletes = true, CopiesApart = true },
        new("ranges", "two ranges in parallel", new Leg(A, B)) { Thaws = 1, Voidable = [1], Processes = 2, Clients = 2, Ranges = 2, Deletes = true },
        new("ranges-apart", "two ranges, chunks and changes apart", new Leg(A, B)) { Thaws = 1, Voidable = [1], Processes = 2, Clients = 2, Ranges = 2, Deletes = true, CopiesApart = true },
        new("other", "A to B and A to C", new Leg(A, B), new Leg(A, C)) { Thaws = 1, Voidable = [1, 2], Processes = 2 },
        new("undo", "A to B, undone", new Leg(A, B), new Leg(B, A, 1)) { Thaws = 1, Freezes = 3, Voidable = [1, 2], Processes = 2, Deletes = true, Cleans = true },
        new("redo", "A to B, undone, A to B", new Leg(A, B), new Leg(B, A, 1), new Leg(A, B)) { Writes = 1, Freezes = 3, Voidable = [2], Deletes = true, Cleans = true },
        new("undo-undo", "A to B, undone, and that undone", new Leg(A, B), new Leg(B, A, 1), new Leg(A, B, 2)) { Writes = 1, Freezes = 3, Voidable = [2, 3], Deletes = true, Cleans = true },
        new("undo2", "A to B, undo given up, undo again", new Leg(A, B), new Leg(B, A, 1), new Leg(B, A, 1)) { Writes = 1, Voidable = [2, 3], Cleans = true },
        new("onward", "A to B, B to C", new Leg(A, B), new Leg(B, C)) { Voidable = [2], Processes = 2, Deletes = true, Cleans = true },
        new("back", "A to B, a plain move back", new Leg(A, B), new Leg(B, A)) { Voidable = [2], Processes = 2, Deletes = true, Cleans = true },
        new("circle", "A to B to C to A", new Leg(A, B), new Leg(B, C), new Leg(C, A)) { Writes = 1, Freezes = 3, Voidable = [2, 3], Deletes = true, Cleans = true },
        new("birth", "unborn at first", new Leg(A, B), new Leg(B, A)) { IsBorn = false, Voidable = [1, 2], Cleans = true },
        new("read", "strong reads across a move and its undo", new Leg(A, B), new Leg(B, A, 1)) { Writes = 1, Thaws = 1, Voidable = [1], Clients = 2, Reads = true, Cleans = true },
        new("rounds", "one move, copied in rounds of loose chunks", new Leg(A, B)) { Voidable = [1], Processes = 2, Freezes = 1, Deletes = true, Rounds = 2 },
        new("verify", "one move, a row of the copy spoilt, found and repaired", new Leg(A, B)) { Voidable = [1], Processes = 2, Freezes = 1, Deletes = true, Verifies = true },
        new("prune", "A to B, given up, A to B again, the log pruned meanwhile", new Leg(A, B), new Leg(A, B)) { Voidable = [1], Processes = 2, Freezes = 1, Prunes = true },
        new("batch", "two objects in one saga", new Leg(A, B), new Leg(C, D)) { Voidable = [1, 2], Objects = 2 },
    ];

    /// <summary>The same worlds with more in them, for <c>IDP_MODEL=full</c>.</summary>
    public static World Deepened(World world) => world.Name switch
    {
        "retry" => world with { Clients = 2, Deletes = true, Freezes = 3 },
        "apart" => world with { Writes = 3 },
        "ranges" or "ranges-apart" => world with { Writes = 3, Deletes = false },
        "undo" => world with { Clients = 2 },
        "redo" or "undo-undo" or "undo2" => world with { Writes = 2, Processes = 2 },
        "circle" => world with { Writes = 2, Processes = 2, Deletes = false },
        "onward" or "back" => world with { Clients = 2, Thaws = 1 },
        "birth" => world with { Clients = 2, Processes = 2, Writes = 3 },
        "read" => world with { Writes = 2, Processes = 2 },
        "rounds" => world with { Clients = 2, Rounds = 3, Freezes = 2 },
        "verify" => world with { Clients = 2, Freezes = 2, Thaws = 1 },
        "prune" => world with { Clients = 2, Deletes = true },
        "batch" => world with { Clients = 2, Freezes = 3, Thaws = 1 },
        _ => world,
    };

    public static World Named(string name) => Array.Find(All, world => world.Name == name)
        ?? throw new ArgumentException($"'{name}' is not a world.", nameof(name));
}
