namespace Idp.DevServer.Persistence;

/// <summary>The tables of one folder of the server.</summary>
public interface ISchemaPart
{
    /// <summary>Names the part in the file's version table; never changes.</summary>
    string Name { get; }

    /// <summary>Statements in order; the n-th brings the part to version n. Appended to, never changed.</summary>
    IReadOnlyList<string> Migrations { get; }
}
