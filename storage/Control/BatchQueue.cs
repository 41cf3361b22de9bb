namespace Idp.Storage;

/// <summary>Why a batch has to wait for its place.</summary>
/// <param name="Waiting">Batches that wait, this one included.</param>
public sealed record BatchQueue(string Reason, int Waiting);
