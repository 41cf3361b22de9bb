namespace Idp.DevServer.Engine.Runs;

/// <summary>Something that a run must remember for good and looks up by id: kept beside its state, which would grow with it.</summary>
internal readonly record struct Fact(FactKind Kind, string Id, long EventId);
