using Idp.Embedded;

namespace Idp.Testing;

/// <summary>The workflow engine that tests run on: the embedded one, unless <c>./idp test --engine temporal</c> asks for the genuine one.</summary>
public static class EngineUnderTest
{
    public const string Variable = "IDP_ENGINE";

    public static bool IsEmbedded => Environment.GetEnvironmentVariable(Variable) is not "temporal";

    /// <returns>The program of a development server; <see langword="null"/> when the genuine one is asked for and missing.</returns>
    public static Task<string?> FindDevServerAsync(CancellationToken cancellationToken) => FindAsync("temporal", cancellationToken);

    /// <returns>The program of a time-skipping server; <see langword="null"/> when the genuine one is asked for and missing.</returns>
    public static Task<string?> FindTimeSkippingServerAsync(CancellationToken cancellationToken) => FindAsync("temporal-test-server", cancellationToken);

    private static async Task<string?> FindAsync(string genuine, CancellationToken cancellationToken) =>
        IsEmbedded ? EmbeddedEngine.Find() : await TemporalTools.FindAsync(genuine, cancellationToken);
}
