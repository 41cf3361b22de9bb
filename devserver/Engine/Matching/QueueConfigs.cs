using Google.Protobuf;
using Idp.DevServer.Persistence;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Idp.DevServer.Engine.Matching;

/// <summary>What operators have set for task queues; kept in the file.</summary>
internal sealed class QueueConfigs(Store store, TaskQueues queues) : IDisposable
{
    private const string SelectSql = "SELECT namespace, name, type, config FROM task_queue";

    private const string UpsertSql =
        """
        INSERT INTO task_queue (namespace, name, type, config) VALUES ($namespace, $name, $type, $config)
        ON CONFLICT (namespace, name, type) DO UPDATE SET config = excluded.config
        """;

    private readonly SemaphoreSlim _changing = new(1);
    private volatile IReadOnlyDictionary<TaskQueueKey, TaskQueueConfig> _configs = new Dictionary<TaskQueueKey, TaskQueueConfig>();

    /// <summary>Brings back what was set before the last process ended.</summary>
    public void Load()
    {
        using var reader = store.OpenReader();
        using var command = reader.CreateCommand();
        command.CommandText = SelectSql;
        using var rows = command.ExecuteReader();
        var configs = new Dictionary<TaskQueueKey, TaskQueueConfig>();
        while (rows.Read())
        {
            var key = new TaskQueueKey(rows.GetString(0), rows.GetString(1), (TaskQueueType)rows.GetInt32(2));
            configs[key] = TaskQueueConfig.Parser.ParseFrom(rows.GetFieldValue<byte[]>(3));
            Apply(key, configs[key]);
        }

        _configs = configs;
    }

    /// <returns>Null when nobody has set anything.</returns>
    public TaskQueueConfig? Find(TaskQueueKey key) => _configs.GetValueOrDefault(key)?.Clone();

    /// <summary>Changes a queue's configuration, one change at a time.</summary>
    /// <returns>The new one, once it is on disk.</returns>
    public async Task<TaskQueueConfig> ChangeAsync(TaskQueueKey key, Action<TaskQueueConfig> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var config = Find(key) ?? new TaskQueueConfig();
            change(config);
            await store.WriteAsync(connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = UpsertSql;
                command.Parameters.AddWithValue("$namespace", key.Namespace);
                command.Parameters.AddWithValue("$name", key.Name);
                command.Parameters.AddWithValue("$type", (int)key.Type);
                command.Parameters.AddWithValue("$config", config.ToByteArray());
                command.ExecuteNonQuery();
            });
            _configs = new Dictionary<TaskQueueKey, TaskQueueConfig>(_configs) { [key] = config };
            Apply(key, config);
            return config.Clone();
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    private void Apply(TaskQueueKey key, TaskQueueConfig config) =>
        queues[key.Namespace, key.Name, key.Type].SetLimit(config.QueueRateLimit?.RateLimit?.RequestsPerSecond);
}
