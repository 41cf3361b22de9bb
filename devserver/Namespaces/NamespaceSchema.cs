using Idp.DevServer.Persistence;

namespace Idp.DevServer.Namespaces;

/// <summary>Tables of namespaces, their search attributes and the cluster itself.</summary>
internal sealed class NamespaceSchema : ISchemaPart
{
    public string Name => "namespaces";

    public IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE cluster (id TEXT NOT NULL) STRICT;
        CREATE TABLE namespace (
            name TEXT PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            retention_ticks INTEGER NOT NULL,
            state INTEGER NOT NULL,
            description TEXT NOT NULL,
            owner_email TEXT NOT NULL,
            data TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE search_attribute (
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            type INTEGER NOT NULL,
            PRIMARY KEY (namespace, name)
        ) STRICT, WITHOUT ROWID;
        """,
    ];
}
