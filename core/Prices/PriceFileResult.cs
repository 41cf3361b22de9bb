using System.Collections.Immutable;

namespace Idp.Core.Prices;

/// <summary>What a price file says, or everything that is wrong with it.</summary>
/// <param name="Book">Null when there is any error: half a price list is worse than the last good one.</param>
/// <param name="Errors">In the order of the file.</param>
public sealed record PriceFileResult(PriceBook? Book, ImmutableArray<PriceFileError> Errors);
