using System.ComponentModel.DataAnnotations;
using Idp.Core.Migrations;

namespace Idp.Activities;

/// <summary>How objects travel together, and how regions are emptied.</summary>
public sealed class BatchOptions : IValidatableObject
{
    public const string Section = "Batch";

    /// <summary>Objects in one saga.</summary>
    /// <value>Default 100. From 1 to 100.</value>
    [Range(1, BatchRequest.MaxMembers)]
    public int Size { get; set; } = BatchRequest.MaxMembers;

    /// <summary>Members of one batch that are worked on at once; each holds at most one connection to each of its two stores.</summary>
    /// <value>Default 32: round trips between regions are long; a pool has 64 connections. From 1 to 64.</value>
    [Range(1, 64)]
    public int Concurrency { get; set; } = 32;

    /// <summary>An object above this size, as the catalog knows it, travels in a saga of its own.</summary>
    /// <value>Default 16 MiB. From 1 byte to 1 GiB.</value>
    [Range(1, 1L << 30)]
    public long MaxMemberBytes { get; set; } = 16 << 20;

    /// <summary>Batches that copy at once, in total; others wait.</summary>
    /// <value>Default 4. From 1 to 100.</value>
    [Range(1, 100)]
    public int MaxRunning { get; set; } = 4;

    /// <summary>Batches that copy at once from one region to another.</summary>
    /// <value>Default 2. From 1 to 100, and at most <see cref="MaxRunning"/>.</value>
    [Range(1, 100)]
    public int MaxRunningPerRoute { get; set; } = 2;

    /// <summary>Batches that one evacuation has under way; one more than may run keeps the line full.</summary>
    /// <value>Default 5. From 1 to 100.</value>
    [Range(1, 100)]
    public int MaxInFlight { get; set; } = 5;

    /// <summary>Objects too big for a batch that one evacuation moves at once.</summary>
    /// <value>Default 2. From 1 to 100.</value>
    [Range(1, 100)]
    public int MaxAlone { get; set; } = 2;

    /// <summary>Tries an object before an evacuation leaves it and says why.</summary>
    /// <value>Default 3. From 1 to 20.</value>
    [Range(1, 20)]
    public int MaxEvacuationAttempts { get; set; } = 3;

    /// <summary>Objects of one request for many; more are moved by several requests, or by an evacuation.</summary>
    /// <value>Default 10,000. From 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int MaxObjectsPerRequest { get; set; } = 10_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxRunningPerRoute > MaxRunning)
        {
            yield return new ValidationResult(
                $"{Section}: MaxRunningPerRoute ({MaxRunningPerRoute}) must not exceed MaxRunning ({MaxRunning}).", [nameof(MaxRunningPerRoute)]);
        }
    }
}
