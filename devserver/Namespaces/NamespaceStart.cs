using Idp.DevServer.Hosting;
using Idp.DevServer.Persistence;
using Microsoft.Data.Sqlite;

namespace Idp.DevServer.Namespaces;

/// <summary>Before the first call is answered: the cluster's id, the namespaces and the search attributes asked for.</summary>
internal sealed class NamespaceStart(
    Store store, ClusterIdentity identity, NamespaceRegistry namespaces, SearchAttributeRegistry attributes, ServerOptions options) : IHostedService
{
    private const string SelectSql = "SELECT id FROM cluster";
    private const string InsertSql = "INSERT INTO cluster (id) SELECT $id WHERE NOT EXISTS (SELECT 1 FROM cluster)";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.WriteAsync(connection => identity.Id = ReadOrCreate(connection));
        await namespaces.EnsureAsync(options.Namespaces);
        if (options.SearchAttributes.Count > 0)
        {
            foreach (var name in options.Namespaces.Append("default"))
            {
                await attributes.AddAsync(name, options.SearchAttributes);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string ReadOrCreate(SqliteConnection connection)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = InsertSql;
        insert.Parameters.AddWithValue("$id", NamespaceRegistry.NewId());
        insert.ExecuteNonQuery();
        using var select = connection.CreateCommand();
        select.CommandText = SelectSql;
        return (string)select.ExecuteScalar()!;
    }
}
