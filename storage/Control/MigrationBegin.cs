using System.Diagnostics.CodeAnalysis;
using Idp.Core.Migrations;

namespace Idp.Storage;

/// <summary>How asking for a migration ended: with its record, or with the reason why not.</summary>
public sealed record MigrationBegin
{
    private MigrationBegin()
    {
    }

    /// <summary>The migration that was started, now or by an earlier call with the same request; it may even have ended.</summary>
    public MigrationRecord? Migration { get; private init; }

    /// <summary>Why nothing was started, in one sentence for operators.</summary>
    public string? Refusal { get; private init; }

    [MemberNotNullWhen(true, nameof(Migration))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsStarted => Migration is not null;

    internal static MigrationBegin Started(MigrationRecord migration) => new() { Migration = migration };

    internal static MigrationBegin Refused(string reason) => new() { Refusal = reason };
}
