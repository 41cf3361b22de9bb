using Npgsql;

namespace Idp.Client;

/// <summary>A plain Npgsql connection inside a transaction that has entered its object: for EF Core, Dapper, COPY, and whatever wants the real type.</summary>
/// <remarks>Disposing without <see cref="CommitAsync"/> rolls back.</remarks>
public sealed class IdpEntered : IAsyncDisposable
{
    private readonly IdpConnection _connection;
    private readonly IdpTransaction _transaction;

    internal IdpEntered(IdpConnection connection, IdpTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    public ObjectId Object => _connection.Object;

    public RegionId Region => _connection.Region;

    public NpgsqlConnection Connection => _connection.Inner;

    /// <summary>Commit through <see cref="CommitAsync"/> instead, which knows a lost answer from a failure.</summary>
    public NpgsqlTransaction Transaction => _transaction.Inner;

    /// <summary>Commits. When the answer is lost, the store is asked how the transaction ended; one that has not committed throws as if refused.</summary>
    /// <exception cref="PostgresException">A statement of it has failed (25P02), so that nothing can be committed; or the store refused.</exception>
    /// <exception cref="IdpOutcomeUnknownException">The answer was lost and the store cannot tell.</exception>
    public Task CommitAsync(CancellationToken cancellationToken) => _transaction.CommitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
