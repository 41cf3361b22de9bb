namespace Idp.Core.Migrations;

/// <summary>One object of a batch.</summary>
/// <param name="Ordinal">From 1; the last part of its migration's name.</param>
/// <param name="Refusal">Why its migration never began; <see langword="null"/> when it did, or has yet to.</param>
/// <param name="Phase">Of its migration; <see langword="null"/> before it begins.</param>
/// <param name="LastError">Of its migration.</param>
public sealed record BatchMember(
    int Ordinal, ObjectId Object, MigrationId Migration, string? Refusal, MigrationPhase? Phase, string? LastError);
