------------------------------- MODULE Move -------------------------------
(***************************************************************************)
(* How the rows of one object move from region to region while clients use *)
(* them. Every action below is one transaction of one store, or one read.  *)
(* Nothing is ever assumed about a mover: what it has read may land at     *)
(* once, arbitrarily late, or never, and another mover may do the same     *)
(* work. Steps that need no memory may be taken by anybody, again and      *)
(* again. README.md tells how to read this.                                *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
    Clients,     \* applications; each has at most one transaction open
    Movers,      \* live ones and zombies, alike
    Attempts,    \* a sequence of [from, to, undoOf]; undoOf = 0 for a move
    Voidable,    \* attempts that may be given up, by whoever asks first
    Born,        \* FALSE: the object does not exist at first
    Deletes,     \* clients delete rows, too
    MaxWrites,
    MaxFreezes,
    MaxRounds,
    Broken       \* guards switched off; TLC must refute each

Stores == {"A", "B"}
BirthStore == "A"
Keys == {1, 2}
NoRow == 0                        \* a row is the number of the write that made it, plus one
NoRows == [k \in Keys |-> NoRow]
FirstRows == [NoRows EXCEPT ![1] = 1]
Guarded(g) == g \notin Broken

VARIABLES
    own,         \* the ownership row of each store
    rows,        \* the object's rows in each store
    committed,   \* writes that have committed in each store: a snapshot is such a set
    logged,      \* those of them that the change log keeps
    progress,    \* of the stream that leads to each store
    outcome,     \* of each attempt, as its source has written it down
    writes,      \* every write begun: [key, row]
    clients,     \* what each client's open transaction is about to do
    acked,       \* the rows as clients know them: what the owner must hold
    movers,      \* what each mover has in its memory
    freezes, rounds,
    known        \* what somebody has seen, and may act upon ever after

vars == <<own, rows, committed, logged, progress, outcome, writes, clients, acked, movers, freezes, rounds, known>>

(***************************************************************************)
(* Epochs, streams, and the questions that steps ask.                      *)
(***************************************************************************)
N == Len(Attempts)
From(a) == Attempts[a].from
To(a) == Attempts[a].to
UndoOf(a) == Attempts[a].undoOf
IsUndo(a) == UndoOf(a) # 0
Epoch(a) == IF Guarded("epochs are never reused") THEN a + 1 ELSE 2   \* the object is born with epoch 1
Forward(a) == Epoch(a)
Reverse(a) == -Epoch(a)
Stream(a) == IF IsUndo(a) THEN Reverse(UndoOf(a)) ELSE Forward(a)

Absent == [state |-> "absent", owner |-> 0, seen |-> 0, move |-> 0, nonce |-> 0, forward |-> 0, stream |-> 0, subs |-> {}]
NoProgress == [version |-> 0, copied |-> {}, drained |-> {}, loose |-> FALSE]
Idle == [does |-> "nothing", attempt |-> 0, nonce |-> 0, version |-> 0, snapshot |-> {}, read |-> NoRows, changed |-> {}, round |-> {}, left |-> {}, begun |-> {}]
Out == [store |-> "none", write |-> 0, logged |-> FALSE]

\* The exclusive lock can be had: no transaction that entered is still open.
Unlocked(s) == \A c \in Clients : clients[c].store # s
\* No chunk's transaction is open, so the rows that it locks FOR SHARE may change.
Unshared(s) == \A m \in Movers : movers[m].begun # {} => To(movers[m].attempt) # s

MayImport(s, a) == own[s].state = "importing" /\ own[s].move = Epoch(a)
MayFollow(s, a) == own[s].state = "moved" /\ own[s].forward = Epoch(a) /\ own[s].stream = Epoch(a)
MayDelete(s, a) == own[s].state = "moved" /\ own[s].forward = Epoch(a) /\ own[s].stream = 0
KeysOf(ws) == {writes[w].key : w \in ws}
\* New: not visible in the snapshot that the stream has stored.
News(s, snapshot) == logged[s] \ snapshot
Has(what, a) == <<what, a>> \in known
Learn(what, a) == known' = known \cup {<<what, a>>}
Overwrite(old, new, keys) == [k \in Keys |-> IF k \in keys THEN new[k] ELSE old[k]]
Thawed(row) == [row EXCEPT !.state = IF @ = "frozen" THEN "owned" ELSE @, !.nonce = 0]
\* Once nobody subscribes, nobody waits for the entries.
Pruned(s, subs) == IF subs = {} \/ ~Guarded("the log is kept for every subscriber") THEN [logged EXCEPT ![s] = {}] ELSE logged

Init ==
    /\ own = [s \in Stores |-> IF Born /\ s = BirthStore THEN [Absent EXCEPT !.state = "owned", !.owner = 1, !.seen = 1] ELSE Absent]
    /\ rows = [s \in Stores |-> IF Born /\ s = BirthStore THEN FirstRows ELSE NoRows]
    /\ committed = [s \in Stores |-> {}] /\ logged = [s \in Stores |-> {}]
    /\ progress = [s \in Stores |-> NoProgress]
    /\ outcome = [a \in 1..N |-> "none"]
    /\ writes = <<>> /\ clients = [c \in Clients |-> Out]
    /\ acked = IF Born THEN FirstRows ELSE NoRows
    /\ movers = [m \in Movers |-> Idle]
    /\ freezes = 0 /\ rounds = 0 /\ known = {}

(***************************************************************************)
(* Clients. Entering is the fence: a shared lock, then the row.            *)
(***************************************************************************)
Birth ==
    /\ ~Born /\ own[BirthStore].state = "absent"
    /\ own' = [own EXCEPT ![BirthStore].state = "owned", ![BirthStore].owner = 1, ![BirthStore].seen = IF @ > 1 THEN @ ELSE 1]
    /\ UNCHANGED <<rows, committed, logged, progress, outcome, writes, clients, acked, movers, freezes, rounds, known>>

Enter(c, s, k) ==
    /\ clients[c] = Out /\ Len(writes) < MaxWrites
    /\ own[s].state = "owned" \/ (own[s].state = "moved" /\ ~Guarded("clients are fenced"))
    /\ \A d \in Clients : clients[d].store = s => writes[clients[d].write].key # k
    /\ \E deletes \in {FALSE} \cup (IF Deletes THEN {TRUE} ELSE {}) :
        writes' = Append(writes, [key |-> k, row |-> IF deletes THEN NoRow ELSE Len(writes) + 2])
    /\ clients' = [clients EXCEPT ![c] = [store |-> s, write |-> Len(writes) + 1, logged |-> own[s].subs # {}]]
    /\ UNCHANGED <<own, rows, committed, logged, progress, outcome, acked, movers, freezes, rounds, known>>

\* Commits come in another order than entries, so a snapshot is a set, not a position.
CommitWrite(c) ==
    LET t == clients[c] w == writes[t.write] IN
    /\ t # Out
    /\ rows' = [rows EXCEPT ![t.store][w.key] = w.row]
    /\ acked' = [acked EXCEPT ![w.key] = w.row]
    /\ committed' = [committed EXCEPT ![t.store] = @ \cup {t.write}]
    /\ logged' = [logged EXCEPT ![t.store] = IF t.logged THEN @ \cup {t.write} ELSE @]
    /\ clients' = [clients EXCEPT ![c] = Out]
    /\ UNCHANGED <<own, progress, outcome, writes, movers, freezes, rounds, known>>

(***************************************************************************)
(* Start: the source first, so that no write falls between copy and log.   *)
(***************************************************************************)
StartSource(a) ==
    LET s == From(a) row == own[s] IN
    /\ row.state = "owned" /\ row.move = 0
    /\ Epoch(a) > row.seen \/ ~Guarded("epochs are never reused")
    /\ IF IsUndo(a) THEN row.owner = Epoch(UndoOf(a)) /\ Stream(a) \in row.subs ELSE \A sub \in row.subs : sub > 0
    /\ Unlocked(s) \/ ~Guarded("subscribers change under the lock")
    /\ own' = [own EXCEPT ![s].move = Epoch(a), ![s].seen = Epoch(a), ![s].subs = @ \cup {Stream(a)}]
    /\ Learn("started", a)
    /\ UNCHANGED <<rows, committed, logged, progress, outcome, writes, clients, acked, movers, freezes, rounds>>

StartTarget(a) ==
    LET s == To(a) row == own[s] IN
    /\ Has("started", a) \/ ~Guarded("the source starts first")
    /\ row.state \notin {"owned", "frozen"} /\ row.move # Epoch(a)
    /\ Epoch(a) > row.seen \/ ~Guarded("epochs are never reused") \/ ~Guarded("starts look at the attempts seen")
    /\ IsUndo(a) => row.state = "moved" /\ row.forward = Epoch(UndoOf(a))
                    /\ (row.stream = Epoch(UndoOf(a)) \/ ~Guarded("an undo needs its stream"))
    /\ Unshared(s)
    /\ own' = [own EXCEPT ![s] = [row EXCEPT !.state = "importing", !.move = Epoch(a), !.seen = Epoch(a), !.stream = IF IsUndo(a) THEN @ ELSE 0]]
    /\ IF IsUndo(a)
       THEN UNCHANGED <<rows, progress>>
       ELSE /\ rows' = [rows EXCEPT ![s] = IF Guarded("the target is wiped") THEN NoRows ELSE @]
            /\ progress' = [progress EXCEPT ![s] = NoProgress]
    /\ IF IsUndo(a) THEN Learn("copied", a) ELSE UNCHANGED known
    /\ UNCHANGED <<committed, logged, outcome, writes, clients, acked, movers, freezes, rounds>>

(***************************************************************************)
(* Copy in rounds of loose chunks. A round first stores its snapshot, with *)
(* the changes of what was copied before; then its chunks land in          *)
(* transactions of their own, in any order, all read at that snapshot.     *)
(***************************************************************************)
ReadRound(m, a) ==
    LET p == progress[To(a)] IN
    /\ movers[m] = Idle /\ rounds < MaxRounds
    /\ MayImport(To(a), a) /\ ~p.loose /\ p.copied # Keys
    /\ \E round \in {Keys \ p.copied, {CHOOSE k \in Keys \ p.copied : TRUE}} :
        movers' = [movers EXCEPT ![m] = [Idle EXCEPT
            !.does = "round", !.attempt = a, !.version = p.version, !.snapshot = committed[From(a)], !.read = rows[From(a)],
            !.changed = KeysOf(News(From(a), p.drained)) \cap p.copied, !.round = round]]
    /\ rounds' = rounds + 1
    /\ UNCHANGED <<own, rows, committed, logged, progress, outcome, writes, clients, acked, freezes, known>>

IsAsRead(m) == progress[To(movers[m].attempt)].version = movers[m].version \/ ~Guarded("progress is compared and set")

StoreRound(m) ==
    LET p == movers[m] s == To(p.attempt) IN
    /\ p.does = "round" /\ MayImport(s, p.attempt) /\ IsAsRead(m) /\ Unshared(s)
    /\ rows' = [rows EXCEPT ![s] = Overwrite(@, p.read, p.changed)]
    /\ progress' = [progress EXCEPT ![s].version = @ + 1, ![s].loose = TRUE,
         ![s].drained = IF Guarded("chunks are read at the stored snapshot") THEN p.snapshot ELSE committed[From(p.attempt)]]
    /\ movers' = [movers EXCEPT ![m].does = "chunks", ![m].version = progress[s].version + 1, ![m].left = p.round, ![m].changed = {}]
    /\ UNCHANGED <<own, committed, logged, outcome, writes, clients, acked, freezes, rounds, known>>

\* Checks the ownership row and the version, and keeps both FOR SHARE until it ends.
BeginChunk(m, k) ==
    LET p == movers[m] s == To(p.attempt) IN
    /\ p.does = "chunks" /\ k \in p.left /\ MayImport(s, p.attempt)
    /\ progress[s].version = p.version \/ ~Guarded("chunks check the version")
    /\ movers' = [movers EXCEPT ![m].left = @ \ {k}, ![m].begun = @ \cup {k}]
    /\ UNCHANGED <<own, rows, committed, logged, progress, outcome, writes, clients, acked, freezes, rounds, known>>

\* COPY only adds rows: a primary key that is there already fails it.
LandChunk(m, k) ==
    LET p == movers[m] s == To(p.attempt) IN
    /\ k \in p.begun
    /\ p.read[k] # NoRow => rows[s][k] = NoRow
    /\ rows' = [rows EXCEPT ![s][k] = IF p.read[k] = NoRow THEN @ ELSE p.read[k]]
    /\ movers' = [movers EXCEPT ![m].begun = @ \ {k}]
    /\ UNCHANGED <<own, committed, logged, progress, outcome, writes, clients, acked, freezes, rounds, known>>

EndRound(m) ==
    LET p == movers[m] s == To(p.attempt) IN
    /\ p.does = "chunks" /\ MayImport(s, p.attempt) /\ progress[s].version = p.version
    /\ (p.left = {} /\ p.begun = {}) \/ ~Guarded("the checkpoint waits for every chunk")
    /\ Unshared(s) \/ ~Guarded("the checkpoint waits for every chunk")
    /\ progress' = [progress EXCEPT ![s].version = @ + 1, ![s].copied = @ \cup p.round, ![s].loose = FALSE]
    /\ IF progress'[s].copied = Keys THEN Learn("copied", p.attempt) ELSE UNCHANGED known
    /\ movers' = [movers EXCEPT ![m] = Idle]
    /\ UNCHANGED <<own, rows, committed, logged, outcome, writes, clients, acked, freezes, rounds>>

\* Whoever finds loose chunks puts the copy back to its checkpoint first.
TakeOver(a) ==
    LET s == To(a) IN
    /\ MayImport(s, a) /\ progress[s].loose
    /\ Unshared(s) \/ ~Guarded("a take-over waits for chunks in flight")
    /\ rows' = [rows EXCEPT ![s] = IF Guarded("a take-over deletes loose rows") THEN Overwrite(@, NoRows, Keys \ progress[s].copied) ELSE @]
    /\ progress' = [progress EXCEPT ![s].version = @ + 1, ![s].loose = FALSE]
    /\ UNCHANGED <<own, committed, logged, outcome, writes, clients, acked, movers, freezes, rounds, known>>

(***************************************************************************)
(* Drain, by state: the keys of new changes, with their current rows.      *)
(***************************************************************************)
ReadDrain(m, a) ==
    LET p == progress[To(a)] IN
    /\ movers[m].does = "nothing" /\ movers[m].attempt \in {0, a}
    /\ MayImport(To(a), a) /\ ~p.loose /\ (p.copied = Keys \/ IsUndo(a)) /\ News(From(a), p.drained) # {}
    /\ movers' = [movers EXCEPT ![m] = [@ EXCEPT
        !.does = "drain", !.attempt = a, !.version = p.version, !.snapshot = committed[From(a)], !.read = rows[From(a)],
        !.changed = KeysOf(News(From(a), p.drained))]]
    /\ UNCHANGED <<own, rows, committed, logged, progress, outcome, writes, clients, acked, freezes, rounds, known>>

LandDrain(m) ==
    LET p == movers[m] s == To(p.attempt) IN
    /\ p.does = "drain" /\ MayImport(s, p.attempt) /\ IsAsRead(m) /\ Unshared(s)
    /\ rows' = [rows EXCEPT ![s] = Overwrite(@, p.read, p.changed)]
    /\ progress' = [progress EXCEPT ![s].version = @ + 1, ![s].drained = p.snapshot]
    /\ movers' = [movers EXCEPT ![m] = IF p.nonce = 0 THEN Idle ELSE [Idle EXCEPT !.attempt = p.attempt, !.nonce = p.nonce]]
    /\ UNCHANGED <<own, committed, logged, outcome, writes, clients, acked, freezes, rounds, known>>

(***************************************************************************)
(* Switch: freeze, drain to empty, and the one commit point.               *)
(***************************************************************************)
Freeze(m, a) ==
    LET s == From(a) IN
    /\ movers[m] = Idle /\ Has("copied", a) /\ freezes < MaxFreezes
    /\ own[s].state \in {"owned", "frozen"} /\ own[s].move = Epoch(a)
    /\ Unlocked(s) \/ ~Guarded("freeze and commit wait for transactions")
    /\ freezes' = freezes + 1
    /\ own' = [own EXCEPT ![s].state = "frozen", ![s].nonce = freezes + 1]
    /\ movers' = [movers EXCEPT ![m] = [Idle EXCEPT !.attempt = a, !.nonce = freezes + 1]]
    /\ UNCHANGED <<rows, committed, logged, progress, outcome, writes, clients, acked, rounds, known>>

\* The freeze has expired by the source's clock: anybody opens it again. A dead plane costs no more than that.
Thaw(s) ==
    /\ own[s].state = "frozen" /\ Unlocked(s)
    /\ own' = [own EXCEPT ![s] = Thawed(@)]
    /\ UNCHANGED <<rows, committed, logged, progress, outcome, writes, clients, acked, movers, freezes, rounds, known>>

AskCommit(m) ==
    LET p == movers[m] a == p.attempt IN
    /\ p.does = "nothing" /\ p.nonce # 0
    /\ own[From(a)].state = "frozen" /\ own[From(a)].nonce = p.nonce /\ MayImport(To(a), a)
    /\ News(From(a), progress[To(a)].drained) = {}
    /\ movers' = [movers EXCEPT ![m].does = "commit", ![m].snapshot = progress[To(a)].drained]
    /\ UNCHANGED <<own, rows, committed, logged, progress, outcome, writes, clients, acked, freezes, rounds, known>>

Commit(m) ==
    LET p == movers[m] a == p.attempt s == From(a) row == own[s] IN
    /\ p.does = "commit" /\ row.state = "frozen"
    /\ row.nonce = p.nonce \/ ~Guarded("the commit compares the nonce")
    /\ row.move = Epoch(a) \/ ~Guarded("the commit compares the move")
    /\ News(s, p.snapshot) = {} \/ ~Guarded("the commit looks at the log")
    /\ Unlocked(s) \/ ~Guarded("freeze and commit wait for transactions")
    /\ own' = [own EXCEPT ![s] = [Thawed(row) EXCEPT !.state = "moved", !.move = 0, !.forward = Epoch(a), !.stream = Epoch(a), !.subs = {}]]
    /\ outcome' = [outcome EXCEPT ![a] = "moved"]
    /\ progress' = [progress EXCEPT ![s] = [NoProgress EXCEPT !.copied = Keys]]
    /\ movers' = [movers EXCEPT ![m] = Idle]
    /\ UNCHANGED <<rows, committed, logged, writes, clients, acked, freezes, rounds, known>>

(***************************************************************************)
(* Resolve: the outcome is read, never inferred. Without one, the attempt  *)
(* is voided for good, also where nothing had started.                     *)
(***************************************************************************)
Resolve(a) ==
    LET s == From(a) row == own[s] IN
    /\ a \in Voidable /\ outcome[a] = "none" /\ Unlocked(s)
    /\ outcome' = [outcome EXCEPT ![a] = "voided"]
    /\ own' = [own EXCEPT ![s] = LET mine == row.move = Epoch(a) /\ row.state \in {"owned", "frozen"} IN
        [(IF mine THEN Thawed(row) ELSE row) EXCEPT
            !.move = IF mine THEN 0 ELSE @, !.seen = IF @ < Epoch(a) /\ Guarded("a void leaves its mark") THEN Epoch(a) ELSE @]]
    /\ UNCHANGED <<rows, committed, logged, progress, writes, clients, acked, movers, freezes, rounds, known>>

IsUndone(a) == outcome[a] = "voided"

Unsubscribe(a) ==
    LET s == From(a) subs == own[s].subs \ (IF IsUndo(a) THEN {} ELSE {Stream(a)}) IN
    /\ IsUndone(a) /\ ~Has("unsubscribed", a) /\ Unlocked(s)
    /\ own' = [own EXCEPT ![s].subs = subs]
    /\ logged' = IF subs # own[s].subs THEN Pruned(s, subs) ELSE logged
    /\ Learn("unsubscribed", a)
    /\ UNCHANGED <<rows, committed, progress, outcome, writes, clients, acked, movers, freezes, rounds>>

UndoTarget(a) ==
    LET s == To(a) row == own[s] IN
    /\ IsUndone(a) \/ (~Guarded("the outcome is read") /\ Has("started", a) /\ ~Has("opened", a))
    /\ ~Has("given up", a) /\ Unshared(s)
    /\ own' = [own EXCEPT ![s] = [
        (IF ~MayImport(s, a) THEN row
         ELSE IF IsUndo(a) THEN [row EXCEPT !.state = "moved", !.move = 0]
         ELSE [row EXCEPT !.state = IF row.forward = 0 THEN "fenced" ELSE "moved", !.move = 0, !.stream = 0])
        EXCEPT !.seen = IF @ < Epoch(a) /\ Guarded("a void leaves its mark") THEN Epoch(a) ELSE @]]
    /\ IF MayImport(s, a) /\ ~IsUndo(a)
       THEN rows' = [rows EXCEPT ![s] = NoRows] /\ progress' = [progress EXCEPT ![s] = NoProgress]
       ELSE UNCHANGED <<rows, progress>>
    /\ Learn("given up", a)
    /\ UNCHANGED <<committed, logged, outcome, writes, clients, acked, movers, freezes, rounds>>

(***************************************************************************)
(* Open: by anybody who has read the source's forward, or its outcome.     *)
(***************************************************************************)
Open(a) ==
    LET s == To(a) IN
    /\ outcome[a] = "moved" /\ ~Has("opened", a)
    /\ IF MayImport(s, a)
       THEN /\ Unshared(s)
            /\ own' = [own EXCEPT ![s] = [@ EXCEPT !.state = "owned", !.owner = Epoch(a), !.move = 0, !.forward = 0, !.stream = 0, !.subs = {Reverse(a)}]]
            /\ progress' = [progress EXCEPT ![s] = NoProgress]
       ELSE own[s].owner >= Epoch(a) /\ UNCHANGED <<own, progress>>
    /\ Learn("opened", a)
    /\ UNCHANGED <<rows, committed, logged, outcome, writes, clients, acked, movers, freezes, rounds>>

(***************************************************************************)
(* Grace: the old copy follows, so that an undo is a move backwards.       *)
(***************************************************************************)
ReadBack(m, a) ==
    LET s == From(a) p == progress[s] IN
    /\ movers[m] = Idle /\ Has("opened", a) /\ MayFollow(s, a) /\ News(To(a), p.drained) # {}
    /\ movers' = [movers EXCEPT ![m] = [Idle EXCEPT
        !.does = "follow", !.attempt = a, !.version = p.version, !.snapshot = committed[To(a)], !.read = rows[To(a)],
        !.changed = KeysOf(News(To(a), p.drained))]]
    /\ UNCHANGED <<own, rows, committed, logged, progress, outcome, writes, clients, acked, freezes, rounds, known>>

LandBack(m) ==
    LET p == movers[m] s == From(p.attempt) IN
    /\ p.does = "follow"
    /\ MayFollow(s, p.attempt) \/ ~Guarded("batches back ask the row")
    /\ progress[s].version = p.version \/ ~Guarded("progress is compared and set")
    /\ rows' = [rows EXCEPT ![s] = Overwrite(@, p.read, p.changed)]
    /\ progress' = [progress EXCEPT ![s].version = @ + 1, ![s].drained = p.snapshot]
    /\ movers' = [movers EXCEPT ![m] = Idle]
    /\ UNCHANGED <<own, committed, logged, outcome, writes, clients, acked, freezes, rounds, known>>

\* First the old copy stops following; not while an undo needs it.
EndGrace(a) ==
    LET s == From(a) IN
    /\ Has("opened", a) /\ ~Has("ended", a)
    /\ MayFollow(s, a) \/ own[s].stream # Epoch(a)
    /\ own' = [own EXCEPT ![s].stream = IF MayFollow(s, a) THEN 0 ELSE @]
    /\ logged' = IF MayFollow(s, a) THEN Pruned(s, own[s].subs) ELSE logged
    /\ Learn("ended", a)
    /\ UNCHANGED <<rows, committed, progress, outcome, writes, clients, acked, movers, freezes, rounds>>

\* Then the owner stops logging for it.
DropReverse(a) ==
    LET s == To(a) subs == own[s].subs \ {Reverse(a)} IN
    /\ Has("opened", a) /\ (Has("ended", a) \/ ~Guarded("grace ends in order")) /\ ~Has("dropped", a) /\ Unlocked(s)
    /\ own' = [own EXCEPT ![s].subs = subs]
    /\ logged' = IF subs # own[s].subs THEN Pruned(s, subs) ELSE logged
    /\ Learn("dropped", a)
    /\ UNCHANGED <<rows, committed, progress, outcome, writes, clients, acked, movers, freezes, rounds>>

\* Then its rows are deleted, each deletion asking the row anew. The tombstone stays for good.
Delete(a, k) ==
    LET s == From(a) IN
    /\ Has("ended", a) /\ Has("dropped", a) /\ rows[s][k] # NoRow
    /\ MayDelete(s, a) \/ ~Guarded("deletions ask the row")
    /\ rows' = [rows EXCEPT ![s][k] = NoRow]
    /\ UNCHANGED <<own, committed, logged, progress, outcome, writes, clients, acked, movers, freezes, rounds, known>>

DropTombstone(a) ==
    LET s == From(a) IN
    /\ ~Guarded("tombstones stay") /\ Has("dropped", a) /\ MayDelete(s, a) /\ rows[s] = NoRows
    /\ own' = [own EXCEPT ![s] = [Absent EXCEPT !.seen = own[s].seen]]
    /\ UNCHANGED <<rows, committed, logged, progress, outcome, writes, clients, acked, movers, freezes, rounds, known>>

(***************************************************************************)
(* A crash takes a mover's memory, and rolls its open transactions back.   *)
(***************************************************************************)
Crash(m) ==
    /\ movers[m] # Idle
    /\ movers' = [movers EXCEPT ![m] = Idle]
    /\ UNCHANGED <<own, rows, committed, logged, progress, outcome, writes, clients, acked, freezes, rounds, known>>

(***************************************************************************)
(* Where nothing else can happen any more, all of this must hold; if it    *)
(* does not, TLC reports a deadlock.                                       *)
(***************************************************************************)
Owners == {s \in Stores : own[s].state \in {"owned", "frozen"}}
Exists == \E s \in Stores : own[s].owner # 0
Settled ==
    /\ Exists /\ \E s \in Stores : Owners = {s} /\ own[s].state = "owned"
    /\ \A s \in Stores : own[s].state # "importing"
    /\ \A a \in 1..N : outcome[a] = "voided" => \A s \in Stores : own[s].move # Epoch(a) /\ (IsUndo(a) \/ Stream(a) \notin own[s].subs)
    /\ \A s \in Stores : own[s].state = "moved" /\ own[s].stream = 0 => rows[s] = NoRows

Rest == Settled /\ UNCHANGED vars

Next ==
    \/ Birth
    \/ \E c \in Clients : (\E s \in Stores, k \in Keys : Enter(c, s, k)) \/ CommitWrite(c)
    \/ \E a \in 1..N :
        \/ StartSource(a) \/ StartTarget(a) \/ TakeOver(a)
        \/ Resolve(a) \/ Unsubscribe(a) \/ UndoTarget(a) \/ Open(a)
        \/ EndGrace(a) \/ DropReverse(a) \/ (\E k \in Keys : Delete(a, k)) \/ DropTombstone(a)
    \/ \E s \in Stores : Thaw(s)
    \/ \E m \in Movers :
        \/ \E a \in 1..N : ReadRound(m, a) \/ ReadDrain(m, a) \/ Freeze(m, a) \/ ReadBack(m, a)
        \/ StoreRound(m) \/ (\E k \in Keys : BeginChunk(m, k) \/ LandChunk(m, k)) \/ EndRound(m)
        \/ LandDrain(m) \/ AskCommit(m) \/ Commit(m) \/ LandBack(m) \/ Crash(m)
    \/ Rest

Spec == Init /\ [][Next]_vars

(***************************************************************************)
(* The promises.                                                           *)
(***************************************************************************)
\* Between the commit and the opening there is no owner yet, but exactly one heir.
Heirs == {To(a) : a \in {b \in 1..N : outcome[b] = "moved" /\ MayImport(To(b), b) /\ own[From(b)].state = "moved" /\ own[From(b)].forward = Epoch(b)}}

OneStoreAcceptsWrites == Cardinality(Owners) <= 1
NeverLost == Exists => Owners # {} \/ Heirs # {}
EveryAcknowledgedWriteIsInTheOwner ==
    \A s \in Stores : s \in Owners \/ (Owners = {} /\ s \in Heirs) => rows[s] = acked
NothingLeftBehind == \A s \in Stores : own[s].state \in {"absent", "fenced"} => rows[s] = NoRows

\* As steps: an outcome never changes, and epochs never go back.
OutcomesStay == [][\A a \in 1..N : outcome[a] # "none" => outcome'[a] = outcome[a]]_vars
EpochsGrow == [][\A s \in Stores : own'[s].seen >= own[s].seen /\ (own[s].owner <= own'[s].owner \/ ~Guarded("tombstones stay"))]_vars

(***************************************************************************)
(* Worlds, for the configurations beside this file.                        *)
(***************************************************************************)
Symmetry == Permutations(Clients) \cup Permutations(Movers)
OneMove == <<[from |-> "A", to |-> "B", undoOf |-> 0]>>
MoveAndAgain == <<[from |-> "A", to |-> "B", undoOf |-> 0], [from |-> "A", to |-> "B", undoOf |-> 0]>>
MoveAndUndo == <<[from |-> "A", to |-> "B", undoOf |-> 0], [from |-> "B", to |-> "A", undoOf |-> 1]>>
MoveAndBack == <<[from |-> "A", to |-> "B", undoOf |-> 0], [from |-> "B", to |-> "A", undoOf |-> 0]>>
=============================================================================
