namespace Idp.Bench;

/// <summary>One thing that is measured; add a class and name it in <c>Program.cs</c>.</summary>
internal interface IBench
{
    /// <value>Lower case with hyphens; what <c>idp bench NAME</c> is called with.</value>
    string Name { get; }

    /// <value>What it shows, in one line.</value>
    string Description { get; }

    /// <returns>Figures by name, in the order they should be read; units are part of the names.</returns>
    Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken);
}
