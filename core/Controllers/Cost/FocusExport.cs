using System.Globalization;
using System.Text.Json;

namespace Idp.Core.Controllers.Cost;

/// <summary>Writes allocated charges as FinOps FOCUS 1.2 CSV.</summary>
/// <remarks>
/// All 21 columns that FOCUS 1.2 makes mandatory, those conditional ones that have a value here, and after them, as its column
/// handling asks, our own with the prefix <c>x_</c>. Prices are list prices without discounts, so all four costs are equal.
/// Null is empty. Specification: FinOps Foundation, FOCUS 1.2 (FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec).
/// </remarks>
public static class FocusExport
{
    private static readonly (string Name, Func<AllocatedCharge, FocusAccount, string?> Value)[] Columns =
    [
        ("BilledCost", (charge, _) => Number(charge.CostUsd)),
        ("BillingAccountId", (_, account) => account.BillingAccountId),
        ("BillingAccountName", (_, account) => account.BillingAccountName),
        ("BillingCurrency", (_, _) => "USD"),
        ("BillingPeriodEnd", (charge, _) => Time(Month(charge).AddMonths(1))),
        ("BillingPeriodStart", (charge, _) => Time(Month(charge))),
        ("ChargeCategory", (_, _) => "Usage"),
        ("ChargeClass", (_, _) => null), // Set only for corrections of invoiced months.
        ("ChargeDescription", (charge, _) => Describe(charge)),
        ("ChargeFrequency", (_, _) => "Usage-Based"),
        ("ChargePeriodEnd", (charge, _) => Time(charge.End)),
        ("ChargePeriodStart", (charge, _) => Time(charge.Start)),
        ("ConsumedQuantity", (charge, _) => Number(charge.Quantity)),
        ("ConsumedUnit", (charge, _) => charge.Unit),
        ("ContractedCost", (charge, _) => Number(charge.CostUsd)),
        ("EffectiveCost", (charge, _) => Number(charge.CostUsd)),
        ("InvoiceIssuerName", (_, account) => account.InvoiceIssuer),
        ("ListCost", (charge, _) => Number(charge.CostUsd)),
        ("PricingCategory", (_, _) => "Standard"),
        ("PricingQuantity", (charge, _) => Number(charge.Quantity)),
        ("PricingUnit", (charge, _) => charge.Unit),
        ("ProviderName", (_, account) => account.Provider),
        ("PublisherName", (_, account) => account.Provider),
        ("RegionId", (charge, _) => charge.Region.Value),
        ("RegionName", (charge, _) => charge.Region.Value),
        ("ResourceId", (charge, _) => charge.Object?.ToString()),
        ("ResourceName", (charge, _) => charge.Object?.ToString()),
        ("ResourceType", (charge, _) => charge.Object is null ? null : "Data object"),
        ("ServiceCategory", (charge, _) => Offering(charge).Category),
        ("ServiceName", (charge, _) => Offering(charge).Name),
        ("Tags", (charge, _) => charge.Service is { } service ? JsonSerializer.Serialize(new Dictionary<string, string> { ["service"] = service.Value }) : null),
        ("x_InstanceType", (charge, _) => charge.InstanceType),
        ("x_Purpose", (charge, _) => charge.Purpose.ToString()),
        ("x_StorageTier", (charge, _) => charge.Tier?.ToString()),
    ];

    /// <value>The column names, in their order.</value>
    public static IReadOnlyList<string> Header { get; } = [.. Columns.Select(column => column.Name)];

    /// <summary>Writes the header and one line a charge, as RFC 4180 says, with line feeds.</summary>
    public static void Write(TextWriter csv, IEnumerable<AllocatedCharge> charges, FocusAccount account)
    {
        csv.Write(string.Join(',', Header) + "\n");
        foreach (var charge in charges)
        {
            csv.Write(string.Join(',', Columns.Select(column => Escape(column.Value(charge, account)))) + "\n");
        }
    }

    private static (string Category, string Name) Offering(AllocatedCharge charge) => charge.Kind switch
    {
        SpendKind.Storage when charge.Tier is StorageTier.Cold or StorageTier.Archive => ("Storage", "Object storage"),
        SpendKind.Storage => ("Databases", "Database storage"),
        SpendKind.Compute => ("Compute", "Virtual machines"),
        SpendKind.Migration => ("Migration", "Data migration"),
        SpendKind.Monitoring => ("Management and Governance", "Monitoring"),
        _ => ("Networking", "Data transfer"),
    };

    private static string Describe(AllocatedCharge charge)
    {
        var what = (charge.Tier, charge.InstanceType) switch
        {
            ({ } tier, _) => $"{charge.Kind} {tier}",
            (_, { } type) => $"{charge.Kind} {type}",
            _ => charge.Kind.ToString(),
        };
        return $"{what} in {charge.Region}" + (charge.Purpose is SpendPurpose.Used ? string.Empty : $", {(charge.Purpose is SpendPurpose.Idle ? "idle" : "overhead")}");
    }

    private static DateTimeOffset Month(AllocatedCharge charge)
    {
        var start = charge.Start.UtcDateTime;
        return new DateTimeOffset(start.Year, start.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private static string Number(decimal value) => value.ToString("0.############", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Escape(string? value) =>
        value is null ? string.Empty
        : value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value
        : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
