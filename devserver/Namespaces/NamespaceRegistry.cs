using System.Collections.Immutable;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Persistence;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>All namespaces, in memory and in the file.</summary>
/// <remarks>Readers see a change once it is on disk.</remarks>
internal sealed class NamespaceRegistry : INamespaces, IDisposable
{
    public const string SystemName = "temporal-system";
    private const string SystemId = "32049b68-7872-4094-8e63-d0dd59896a83";
    private const string DefaultName = "default";
    private static readonly TimeSpan SystemRetention = TimeSpan.FromDays(7);
    private static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(1);

    private readonly Store _store;
    private readonly bool _createsOnDemand;
    private readonly SemaphoreSlim _writing = new(1);
    private ImmutableSortedDictionary<string, NamespaceEntry> _entries;

    public NamespaceRegistry(Store store, ServerOptions options)
    {
        _store = store;

        // The genuine test server knows every namespace that it is asked for.
        _createsOnDemand = options.IsTestServer;
        using var reader = store.OpenReader();
        _entries = NamespaceTable.ReadAll(reader).ToImmutableSortedDictionary(e => e.Name, e => e, StringComparer.Ordinal);
    }

    public IReadOnlyList<NamespaceEntry> All => [.. _entries.Values];

    public NamespaceEntry Require(string name) =>
        string.IsNullOrEmpty(name) ? throw RpcFailure.InvalidArgument("Namespace is empty.")
        : _entries.GetValueOrDefault(name) ?? (_createsOnDemand ? CreateOnDemand(name) : throw NamespaceErrors.NotFound(name));

    /// <summary>Creates the namespaces that every server has, and those asked for in the arguments.</summary>
    public async Task EnsureAsync(IEnumerable<string> names)
    {
        await EnsureAsync(New(SystemName, SystemId, SystemRetention) with
        {
            Description = "Temporal internal system namespace",
            OwnerEmail = "temporal-core@temporal.io",
        });
        foreach (var name in names.Prepend(DefaultName))
        {
            await EnsureAsync(New(name, NewId(), DefaultRetention));
        }
    }

    /// <exception cref="RpcFailure">There is one of this name.</exception>
    public Task AddAsync(NamespaceEntry entry) => ChangeAsync(entries =>
        entries.ContainsKey(entry.Name) ? throw NamespaceErrors.AlreadyExists(entry.Name) : entry);

    /// <returns>The namespace after the change.</returns>
    /// <exception cref="RpcFailure">There is no such namespace.</exception>
    public Task<NamespaceEntry> UpdateAsync(string name, Func<NamespaceEntry, NamespaceEntry> change) => ChangeAsync(entries =>
        change(entries.GetValueOrDefault(name) ?? (_createsOnDemand ? New(name, NewId(), DefaultRetention) : throw NamespaceErrors.NotFound(name))));

    /// <summary>Removes a namespace with its search attributes.</summary>
    /// <returns>What was removed; null when there was nothing.</returns>
    public async Task<NamespaceEntry?> RemoveAsync(string name)
    {
        await _writing.WaitAsync();
        try
        {
            if (!_entries.TryGetValue(name, out var entry))
            {
                return null;
            }

            await _store.WriteAsync(connection => NamespaceTable.Delete(connection, name));
            _entries = _entries.Remove(name);
            return entry;
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    public static NamespaceEntry New(string name, string id, TimeSpan retention) => new(
        name, id, retention, NamespaceState.Registered, string.Empty, string.Empty, ImmutableSortedDictionary<string, string>.Empty);

    public static string NewId() => Guid.NewGuid().ToString();

    private Task<NamespaceEntry> EnsureAsync(NamespaceEntry entry) => ChangeAsync(entries => entries.GetValueOrDefault(entry.Name) ?? entry);

    private async Task<NamespaceEntry> ChangeAsync(Func<ImmutableSortedDictionary<string, NamespaceEntry>, NamespaceEntry> change)
    {
        await _writing.WaitAsync();
        try
        {
            var changed = change(_entries);
            if (_entries.GetValueOrDefault(changed.Name) != changed)
            {
                await _store.WriteAsync(connection => NamespaceTable.Upsert(connection, changed));
                ImmutableInterlocked.Update(ref _entries, entries => entries.SetItem(changed.Name, changed));
            }

            return changed;
        }
        finally
        {
            _writing.Release();
        }
    }

    private NamespaceEntry CreateOnDemand(string name)
    {
        var entry = New(name, NewId(), DefaultRetention);
        var known = ImmutableInterlocked.Update(ref _entries, entries => entries.ContainsKey(name) ? entries : entries.Add(name, entry))
            ? entry
            : _entries[name];
        _ = _store.WriteAsync(connection => NamespaceTable.Upsert(connection, known));
        return known;
    }
}
