namespace Idp.Core.Migrations;

/// <summary>An object that an evacuation could not move.</summary>
/// <param name="Migration">Its last attempt; <see langword="null"/> when policies let nothing begin.</param>
public sealed record EvacuationRemainder(ObjectId Object, string Reason, string Remedy, MigrationId? Migration, int Attempts);
