namespace Idp.Workflows.Tests.Hosting;

internal static class Patience
{
    /// <summary>Longest wait for anything; a test that needs it has failed.</summary>
    public static TimeSpan Span { get; } = TimeSpan.FromMinutes(2);
}
