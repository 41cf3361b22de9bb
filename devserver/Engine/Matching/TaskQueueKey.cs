using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Matching;

/// <summary>Names one queue: workflow and activity tasks of one name are apart.</summary>
internal readonly record struct TaskQueueKey(string Namespace, string Name, TaskQueueType Type);
