using System.Diagnostics.CodeAnalysis;

namespace Idp.Core.Prices;

/// <summary>One thing with a price: a kind and its detail, for example <c>storage/cold</c> or <c>compute/m6i.2xlarge</c>.</summary>
/// <param name="Detail">A tier, an instance type, or what the kind names; lower case.</param>
public readonly record struct PriceItem(PriceKind Kind, string Detail)
{
    /// <summary>What <see cref="TryParse"/> reads.</summary>
    public const string Rule =
        "storage/TIER, retrieval/TIER, minimum-duration/TIER, compute/vcpu, compute/INSTANCE-TYPE, egress/region, egress/internet or requests/put, with TIER one of memory, hot, warm, cold, archive";

    public static PriceItem EgressToRegion { get; } = new(PriceKind.Egress, "region");

    public static PriceItem EgressToInternet { get; } = new(PriceKind.Egress, "internet");

    public static PriceItem Vcpu { get; } = new(PriceKind.Compute, "vcpu");

    public static PriceItem Puts { get; } = new(PriceKind.Requests, "put");

    /// <value>What the price is per, as price files write it.</value>
    public string Unit => Kind switch
    {
        PriceKind.Storage => "gb-month",
        PriceKind.Retrieval or PriceKind.Egress => "gb",
        PriceKind.MinimumDuration => "days",
        PriceKind.Compute => "vcpu-hour",
        _ => "1k",
    };

    public static PriceItem Storage(StorageTier tier) => new(PriceKind.Storage, Word(tier));

    public static PriceItem Retrieval(StorageTier tier) => new(PriceKind.Retrieval, Word(tier));

    public static PriceItem MinimumDuration(StorageTier tier) => new(PriceKind.MinimumDuration, Word(tier));

    public static bool TryParse([NotNullWhen(true)] string? text, out PriceItem item)
    {
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        var (kind, detail) = slash < 0 ? (string.Empty, string.Empty) : (text![..slash], text[(slash + 1)..]);
        PriceKind? known = (kind, detail) switch
        {
            ("storage", _) when IsTier(detail) => PriceKind.Storage,
            ("retrieval", _) when IsTier(detail) => PriceKind.Retrieval,
            ("minimum-duration", _) when IsTier(detail) => PriceKind.MinimumDuration,
            ("compute", _) when IdText.IsName(detail) => PriceKind.Compute,
            ("egress", "region" or "internet") => PriceKind.Egress,
            ("requests", "put") => PriceKind.Requests,
            _ => null,
        };
        item = known is { } found ? new PriceItem(found, detail) : default;
        return known is not null;
    }

    public override string ToString() => Kind switch
    {
        PriceKind.MinimumDuration => $"minimum-duration/{Detail}",
        PriceKind.Storage => $"storage/{Detail}",
        PriceKind.Retrieval => $"retrieval/{Detail}",
        PriceKind.Compute => $"compute/{Detail}",
        PriceKind.Egress => $"egress/{Detail}",
        _ => $"requests/{Detail}",
    };

    private static bool IsTier(string text) => Enum.GetValues<StorageTier>().Any(tier => Word(tier) == text);

    private static string Word(StorageTier tier) => tier switch
    {
        StorageTier.Memory => "memory",
        StorageTier.Hot => "hot",
        StorageTier.Warm => "warm",
        StorageTier.Cold => "cold",
        _ => "archive",
    };
}
