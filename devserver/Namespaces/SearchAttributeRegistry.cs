using System.Collections.Concurrent;
using System.Collections.Immutable;
using Idp.DevServer.Grpc;
using Idp.DevServer.Persistence;
using Microsoft.Data.Sqlite;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Custom search attributes of every namespace, in memory and in the file.</summary>
internal sealed class SearchAttributeRegistry : ISearchAttributes, IDisposable
{
    private const string SelectSql = "SELECT namespace, name, type FROM search_attribute";
    private const string InsertSql = "INSERT INTO search_attribute (namespace, name, type) VALUES ($namespace, $name, $type) ON CONFLICT DO NOTHING";
    private const string DeleteSql = "DELETE FROM search_attribute WHERE namespace = $namespace AND name = $name";

    private static readonly ImmutableSortedDictionary<string, IndexedValueType> None =
        ImmutableSortedDictionary.Create<string, IndexedValueType>(StringComparer.Ordinal);

    private readonly Store _store;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<string, ImmutableSortedDictionary<string, IndexedValueType>> _custom = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, IndexedValueType>> _all = new(StringComparer.Ordinal);

    public SearchAttributeRegistry(Store store)
    {
        _store = store;
        using var reader = store.OpenReader();
        using var command = reader.CreateCommand();
        command.CommandText = SelectSql;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var ns = rows.GetString(0);
            _custom[ns] = Custom(ns).SetItem(rows.GetString(1), (IndexedValueType)rows.GetInt32(2));
        }
    }

    public IReadOnlyDictionary<string, IndexedValueType> All(string ns) => _all.GetOrAdd(
        ns, name => SystemSearchAttributes.All.Concat(Custom(name)).ToImmutableSortedDictionary(StringComparer.Ordinal));

    public ImmutableSortedDictionary<string, IndexedValueType> Custom(string ns) => _custom.GetValueOrDefault(ns, None);

    /// <summary>Adds those that are new; one that exists keeps its type, whatever type is given now.</summary>
    /// <exception cref="RpcFailure">A name is reserved, a type unknown, or the namespace has too many of a type.</exception>
    public Task AddAsync(string ns, IEnumerable<KeyValuePair<string, IndexedValueType>> attributes) => ChangeAsync(ns, custom =>
    {
        var changed = custom;
        foreach (var (name, type) in attributes)
        {
            Check(name, type);
            if (name.Length == 0 || custom.ContainsKey(name))
            {
                // The genuine server accepts a nameless one and forgets it.
                continue;
            }

            changed = changed.SetItem(name, type);
            if (changed.Count(pair => pair.Value == type) > SystemSearchAttributes.Limit(type))
            {
                throw RpcFailure.InvalidArgument(
                    $"Unable to create search attributes: cannot have more than {SystemSearchAttributes.Limit(type)} search attribute of type {type}.");
            }
        }

        return changed;
    });

    /// <exception cref="RpcFailure">One of them is the system's.</exception>
    public Task RemoveAsync(string ns, IReadOnlyCollection<string> names)
    {
        var system = names.Where(SystemSearchAttributes.All.ContainsKey).ToArray();
        return system.Length > 0
            ? throw RpcFailure.InvalidArgument($"Unable to remove non-custom search attributes: {string.Join(", ", system)}.")
            : ChangeAsync(ns, custom => custom.RemoveRange(names));
    }

    /// <summary>Forgets a namespace whose rows are gone.</summary>
    public void Forget(string ns)
    {
        _custom.TryRemove(ns, out _);
        _all.TryRemove(ns, out _);
    }

    public void Dispose() => _writing.Dispose();

    private static void Check(string name, IndexedValueType type)
    {
        if (!Enum.IsDefined(type))
        {
            throw RpcFailure.InvalidArgument($"Unknown search attribute type: {(int)type}.");
        }

        if (SystemSearchAttributes.All.ContainsKey(name) || name.StartsWith(SystemSearchAttributes.ReservedPrefix, StringComparison.Ordinal))
        {
            throw RpcFailure.InvalidArgument($"Search attribute {name} is reserved by system.");
        }
    }

    private async Task ChangeAsync(
        string ns, Func<ImmutableSortedDictionary<string, IndexedValueType>, ImmutableSortedDictionary<string, IndexedValueType>> change)
    {
        await _writing.WaitAsync();
        try
        {
            var before = Custom(ns);
            var after = change(before);
            if (after == before)
            {
                return;
            }

            await _store.WriteAsync(connection =>
            {
                foreach (var name in before.Keys.Except(after.Keys))
                {
                    Execute(connection, DeleteSql, ns, name, IndexedValueType.Unspecified);
                }

                foreach (var (name, type) in after)
                {
                    Execute(connection, InsertSql, ns, name, type);
                }
            });
            _custom[ns] = after;
            _all.TryRemove(ns, out _);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static void Execute(SqliteConnection connection, string sql, string ns, string name, IndexedValueType type)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$namespace", ns);
        command.Parameters.AddWithValue("$name", name);
        if (sql == InsertSql)
        {
            command.Parameters.AddWithValue("$type", (int)type);
        }

        command.ExecuteNonQuery();
    }
}
