using System.Text.Json;
using Idp.Core;
using Idp.Storage;

namespace Idp.Activities.Controllers;

/// <summary>What controllers remember, as they know it.</summary>
internal static class ControllerMemories
{
    public static async Task<IReadOnlyDictionary<ObjectId, T>> RecallAsync<T>(this MemoryStore store, string controller, CancellationToken cancellationToken) =>
        (await store.ReadAllAsync(controller, cancellationToken)).ToDictionary(entry => entry.Key, entry => JsonSerializer.Deserialize<T>(entry.Value)!);

    public static Task RememberAsync<T>(this MemoryStore store, string controller, IEnumerable<T> memories, Func<T, ObjectId> of, CancellationToken cancellationToken) =>
        store.WriteAsync(controller, memories.ToDictionary(of, memory => JsonSerializer.Serialize(memory)), cancellationToken);
}
