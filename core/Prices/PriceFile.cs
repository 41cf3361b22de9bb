using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Core.Prices;

/// <summary>Reads effective-dated prices: one line a region and thing, from a day on.</summary>
/// <remarks>
/// CSV with the header <c>effective_from,region,item,unit,amount</c>. <c>*</c> as region stands for every region without a price
/// of its own. The unit is written out so that a price per terabyte cannot slip in as one per gigabyte. Empty lines and
/// lines that begin with <c>#</c> are skipped.
/// </remarks>
public static class PriceFile
{
    public const string Header = "effective_from,region,item,unit,amount";

    private const int MaxErrors = 100; // A file of another kind would otherwise report each of its lines.
    private const decimal MaxAmount = 1_000_000m;

    /// <summary>Reads all of it; no error hides another.</summary>
    public static PriceFileResult Read(TextReader csv)
    {
        var errors = new List<PriceFileError>();
        var prices = ImmutableArray.CreateBuilder<Price>();
        var seen = new Dictionary<(DateOnly, RegionId?, PriceItem), int>();
        var header = csv.ReadLine();
        if (header?.Trim() != Header)
        {
            errors.Add(new PriceFileError(1, $"the header is '{header}'; expected '{Header}'"));
        }

        var number = 1;
        while (csv.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#'))
            {
                continue;
            }

            var known = errors.Count;
            if (Parse(line, number, errors) is { } price)
            {
                if (seen.TryAdd((price.From, price.Region, price.Item), number))
                {
                    prices.Add(price);
                }
                else
                {
                    errors.Add(new PriceFileError(number, $"{price.Item} of '{Region(price.Region)}' from {price.From:yyyy-MM-dd} already stands in line {seen[(price.From, price.Region, price.Item)]}"));
                }
            }

            if (known < MaxErrors && errors.Count >= MaxErrors)
            {
                errors.Add(new PriceFileError(number, $"{MaxErrors} errors; the rest of the file was not read"));
                break;
            }
        }

        if (prices.Count == 0 && errors.Count == 0)
        {
            errors.Add(new PriceFileError(number, "the file has no prices"));
        }

        return new PriceFileResult(errors.Count == 0 ? new PriceBook(prices.ToImmutable()) : null, [.. errors]);
    }

    private static Price? Parse(string line, int number, List<PriceFileError> errors)
    {
        var cells = line.Split(',', StringSplitOptions.TrimEntries);
        if (cells.Length != 5)
        {
            errors.Add(new PriceFileError(number, $"has {cells.Length} cells; expected 5: {Header}"));
            return null;
        }

        var known = errors.Count;
        if (!DateOnly.TryParseExact(cells[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from))
        {
            Add($"effective_from '{cells[0]}' is not a day; expected yyyy-MM-dd");
        }

        RegionId region = default;
        if (cells[1] != "*" && !RegionId.TryParse(cells[1], null, out region))
        {
            Add($"region '{cells[1]}' is not a region name; expected {IdText.NameRule}, or * for all");
        }

        if (!PriceItem.TryParse(cells[2], out var item))
        {
            Add($"item '{cells[2]}' is not known; expected {PriceItem.Rule}");
        }
        else if (cells[3] != item.Unit)
        {
            Add($"unit '{cells[3]}' does not fit {item}; expected {item.Unit}");
        }

        if (!decimal.TryParse(cells[4], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > MaxAmount)
        {
            Add($"amount '{cells[4]}' is not a number from 0 to {MaxAmount:#,##0}");
        }

        return errors.Count == known ? new Price(from, cells[1] == "*" ? null : region, item, amount) : null;

        void Add(string message) => errors.Add(new PriceFileError(number, message));
    }

    private static string Region(RegionId? region) => region?.Value ?? "*";
}
