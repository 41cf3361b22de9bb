namespace Idp.Storage.Regions;

/// <summary>One relation that holds rows of an adopted table: the table itself, or one of its partitions.</summary>
/// <param name="Table">Full name of the adopted table.</param>
/// <param name="Name">Full name of the relation.</param>
/// <param name="Sql">Quoted, for SQL text.</param>
/// <param name="Mark">Another one after whatever could change rows unseen by the guards: a rewrite, another bound, guards switched off and on.</param>
/// <param name="IsGuarded">Every guard is there and switched on.</param>
public sealed record AdoptedPart(string Table, string Name, string Sql, string Mark, bool IsGuarded);
