namespace Idp.Storage.Regions;

/// <summary>A store refused a step of a move: it was voided, or has gone on without this caller. Retrying cannot help.</summary>
public sealed class MoveRefusedException(string reason) : Exception(reason);
