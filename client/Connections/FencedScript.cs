using System.Data;
using System.Globalization;
using System.Text;
using Npgsql;

namespace Idp.Client;

/// <summary>Several statements in one text, with named parameters or none: Npgsql splits them itself, so the fence goes before them as text.</summary>
internal sealed class FencedScript(string text, NpgsqlParameterCollection parameters, int? timeoutSeconds) : IStatements, IDisposable
{
    private readonly NpgsqlCommand _command = new();

    public async ValueTask<NpgsqlDataReader> RunAsync(
        bool async, NpgsqlConnection connection, Fence? fence, CommandBehavior behavior, CancellationToken cancellationToken)
    {
        Compose(fence);
        _command.Connection = connection;
        return async ? await _command.ExecuteReaderAsync(behavior, cancellationToken) : _command.ExecuteReader(behavior);
    }

    public void Cancel() => _command.Cancel();

    public void Dispose() => _command.Dispose();

    private void Compose(Fence? fence)
    {
        var script = new StringBuilder();
        foreach (var (index, entry) in (fence?.Entries ?? []).Index())
        {
            script.Append(CultureInfo.InvariantCulture, $"SELECT idp.enter(@idp_dataset_{index}, @idp_key_{index}, @idp_epoch_{index}, @idp_mode_{index}); ");
            _command.Parameters.Add(new NpgsqlParameter<string>($"idp_dataset_{index}", entry.Object.Dataset.Value));
            _command.Parameters.Add(new NpgsqlParameter<string>($"idp_key_{index}", entry.Object.Key));
            _command.Parameters.Add(new NpgsqlParameter<long>($"idp_epoch_{index}", entry.Route.OwnerEpoch));
            _command.Parameters.Add(new NpgsqlParameter<string>($"idp_mode_{index}", entry.Operation.Mode));
        }

        if (fence?.Stamps is true)
        {
            script.Append(Fence.StampSql).Append("; ");
        }

        if (fence?.Token is { } token)
        {
            script.Append("SELECT idp.prove(@idp_token); ");
            _command.Parameters.Add(new NpgsqlParameter<Guid>("idp_token", token));
        }

        // A parameter belongs to one collection only.
        foreach (NpgsqlParameter parameter in parameters)
        {
            _command.Parameters.Add(parameter.Clone());
        }

#pragma warning disable CA2100 // The text is the application's own; what the fence adds to it is constant.
        _command.CommandText = script.Append(text).ToString();
#pragma warning restore CA2100
        if (timeoutSeconds is { } seconds)
        {
            _command.CommandTimeout = seconds;
        }
    }
}
