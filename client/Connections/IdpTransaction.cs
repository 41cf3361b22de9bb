using System.Data;
using System.Data.Common;
using Npgsql;

namespace Idp.Client;

/// <summary>A transaction of an <see cref="IdpConnection"/>.</summary>
public sealed class IdpTransaction : DbTransaction
{
    private readonly IdpConnection _connection;

    internal IdpTransaction(IdpConnection connection, NpgsqlTransaction inner)
    {
        _connection = connection;
        Inner = inner;
    }

    public override IsolationLevel IsolationLevel => Inner.IsolationLevel;

    public override bool SupportsSavepoints => true;

    internal NpgsqlTransaction Inner { get; }

    protected override DbConnection DbConnection => _connection;

    // A COMMIT that was cancelled before it was sent leaves it open, and what follows inside it.
    private bool IsOpen
    {
        get
        {
            try
            {
                return Inner.IsolationLevel is not IsolationLevel.Unspecified;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }

    /// <summary>Commits. When the answer is lost, the store is asked how the transaction ended; one that has not committed throws as if refused.</summary>
    /// <exception cref="PostgresException">A statement of it has failed (25P02), so that nothing can be committed; or the store refused.</exception>
    /// <exception cref="IdpOutcomeUnknownException">The answer was lost and the store cannot tell.</exception>
    public override void Commit() => CommitCoreAsync(async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="Commit"/>
    public override Task CommitAsync(CancellationToken cancellationToken = default) => CommitCoreAsync(async: true, cancellationToken).AsTask();

    public override void Rollback()
    {
        Inner.Rollback();
        End();
    }

    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        await Inner.RollbackAsync(cancellationToken);
        End();
    }

    /// <summary>Sets a savepoint; enters first, since rolling back to a savepoint would also undo a fence behind it.</summary>
    public override void Save(string savepointName)
    {
        _connection.EnterAsync(async: false, CancellationToken.None).GetAwaiter().GetResult();
        Inner.Save(savepointName);
    }

    /// <inheritdoc cref="Save"/>
    public override async Task SaveAsync(string savepointName, CancellationToken cancellationToken = default)
    {
        await _connection.EnterAsync(async: true, cancellationToken);
        await Inner.SaveAsync(savepointName, cancellationToken);
    }

    public override void Rollback(string savepointName) => Inner.Rollback(savepointName);

    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) =>
        Inner.RollbackAsync(savepointName, cancellationToken);

    public override void Release(string savepointName) => Inner.Release(savepointName);

    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) =>
        Inner.ReleaseAsync(savepointName, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        End();
        await Inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
            Inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask CommitCoreAsync(bool async, CancellationToken cancellationToken)
    {
        try
        {
            await _connection.CommitAsync(async, Inner, cancellationToken);
        }
        finally
        {
            if (!IsOpen)
            {
                End();
            }
        }
    }

    private void End() => _connection.EndIfCurrent(this);
}
