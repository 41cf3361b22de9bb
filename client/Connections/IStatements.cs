using System.Data;
using Npgsql;

namespace Idp.Client;

/// <summary>What a caller wants to run, with or without the fence before it, in one round trip.</summary>
internal interface IStatements
{
    ValueTask<NpgsqlDataReader> RunAsync(bool async, NpgsqlConnection connection, Fence? fence, CommandBehavior behavior, CancellationToken cancellationToken);
}
