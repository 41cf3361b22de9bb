using System.Text.Json.Serialization;

namespace Idp.Core;

/// <summary>Where an object's bytes lie.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StorageTier>))]
public enum StorageTier
{
    /// <summary>Redis or Valkey, beside the rows.</summary>
    Memory,

    /// <summary>Rows in PostgreSQL.</summary>
    Hot,

    /// <summary>Rows packed and compressed in PostgreSQL.</summary>
    Warm,

    /// <summary>S3-compatible bucket.</summary>
    Cold,

    /// <summary>S3-compatible bucket, archive class.</summary>
    Archive,
}
