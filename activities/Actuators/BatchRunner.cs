using System.Collections.Concurrent;
using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage.Regions;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Options;
using Npgsql;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Idp.Activities.Actuators;

/// <summary>Does one step for many members, several at a time; what one of them meets stays its own.</summary>
internal sealed class BatchRunner(RegionGuards guards, IOptions<BatchOptions> options)
{
    /// <summary>A small object's whole step; a member that takes longer is tried again, and in the end given up.</summary>
    private static readonly TimeSpan MemberLimit = TimeSpan.FromMinutes(2);

    /// <summary>Round trips overlap between members; the order of the results is that of the members.</summary>
    /// <exception cref="OperationCanceledException">The activity was cancelled; steps under way have been stopped.</exception>
    public async Task<ImmutableArray<MemberResult<T>>> RunAsync<T>(
        ImmutableArray<MigrationRecord> members, Func<MigrationRecord, CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        var results = new ConcurrentDictionary<MigrationId, MemberResult<T>>();
        await Parallel.ForEachAsync(
            members,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken },
            async (member, token) => results[member.Id] = await TryAsync(member, act, token));
        return [.. members.Select(member => results[member.Id])];
    }

    private async Task<MemberResult<T>> TryAsync<T>(
        MigrationRecord member, Func<MigrationRecord, CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        try
        {
            return new(member, await guards.RunAsync(member.Source, member.Target, token => act(member, token), MemberLimit, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (MoveRefusedException refused)
        {
            return new(member, default, refused.Message, IsFinal: true);
        }
        catch (MoveVerificationException unequal)
        {
            return new(member, default, unequal.Message, IsFinal: true);
        }
        catch (PostgresException failure)
        {
            // Its detail may quote rows.
            return new(member, default, $"{failure.SqlState}: {failure.MessageText}");
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutRejectedException or BrokenCircuitException or TimeoutException or IOException or OperationCanceledException or InvalidOperationException)
        {
            return new(member, default, failure.Message);
        }
    }
}

/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="IsFinal">Whether trying again cannot help.</param>
internal sealed record MemberResult<T>(MigrationRecord Member, T? Value, string? Error = null, bool IsFinal = false);
