namespace Idp.Client.Tests;

internal sealed class Profile
{
    public required string UserId { get; init; }

    public required int Id { get; init; }

    public string? Value { get; set; }
}
