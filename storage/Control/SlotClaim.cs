using System.Diagnostics.CodeAnalysis;

namespace Idp.Storage;

/// <summary>Whether a migration may copy now.</summary>
/// <param name="WaitingFor">What it waits for; <see langword="null"/> when it has its slot.</param>
public sealed record SlotClaim(string? WaitingFor)
{
    [MemberNotNullWhen(false, nameof(WaitingFor))]
    public bool IsGranted => WaitingFor is null;
}
