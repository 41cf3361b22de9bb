using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Bytes that lie somewhere, and how much they are read.</summary>
/// <param name="Name">An object, or a class of objects that are alike.</param>
/// <param name="SizeBytes">Unpacked.</param>
/// <param name="BytesPerRead">Mean bytes that one read takes from the tier.</param>
/// <param name="HeldFor">How long they have lain in this tier; leaving early is charged by it.</param>
public sealed record StorageHolding(
    ServiceId? Service, string Name, RegionId Region, StorageTier Tier, long SizeBytes, double ReadsPerDay, long BytesPerRead, TimeSpan HeldFor);
