using Idp.Core.Prices;

namespace Idp.Core.Tests.Value;

public sealed class PriceFileTests
{
    private static readonly RegionId Virginia = RegionId.Parse("us-east-1");
    private static readonly RegionId Ireland = RegionId.Parse("eu-west-1");

    [Fact]
    public void At_TwoPricesOfOneThing_TakesTheOneInForceThatDay()
    {
        var book = Read("2023-01-01,us-east-1,egress/region,gb,0.02", "2024-06-01,us-east-1,egress/region,gb,0.01").Book!;

        Assert.Equal(
            [null, 0.02m, 0.02m, 0.01m],
            new DateOnly[] { new(2022, 12, 31), new(2023, 1, 1), new(2024, 5, 31), new(2024, 6, 1) }
                .Select(day => book.At(day).Find(Virginia, PriceItem.EgressToRegion)));
    }

    [Fact]
    public void Find_RegionWithoutAPriceOfItsOwn_TakesTheCommonOne()
    {
        var list = Read("2023-01-01,*,retrieval/cold,gb,0.01", "2020-01-01,eu-west-1,retrieval/cold,gb,0.03").Book!.At(new DateOnly(2025, 1, 1));

        Assert.Equal((0.01m, 0.03m), (list.Find(Virginia, PriceItem.Retrieval(StorageTier.Cold)), list.Find(Ireland, PriceItem.Retrieval(StorageTier.Cold))));
    }

    [Fact]
    public void Index_MissingPrice_NamesItTheRegionAndTheDay() =>
        Assert.StartsWith(
            "No price of storage/archive in 'eu-west-1' holds on 2025-01-01",
            Assert.Throws<KeyNotFoundException>(() => Read("2023-01-01,us-east-1,storage/archive,gb-month,0.004").Book!.At(new DateOnly(2025, 1, 1))[Ireland, PriceItem.Storage(StorageTier.Archive)]).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_ManyErrors_ReportsAllWithTheirLines()
    {
        var result = Read(
            "2023-13-01,us-east-1,storage/hot,gb-month,0.08",
            "# a remark",
            "2023-01-01,US East,storage/tepid,gb-month,0.08",
            "2023-01-01,us-east-1,storage/hot,tb-month,80",
            string.Empty,
            "2023-01-01,us-east-1,storage/hot,gb-month,-1",
            "2023-01-01,us-east-1,storage/hot",
            "2023-01-01,us-east-1,compute/vcpu,vcpu-hour,0.05",
            "2023-01-01,us-east-1,compute/vcpu,vcpu-hour,0.06");

        Assert.Null(result.Book);
        Assert.Equal([2, 4, 4, 5, 7, 8, 10], result.Errors.Select(error => error.Line));
        Assert.Equal("line 5: unit 'tb-month' does not fit storage/hot; expected gb-month", result.Errors[3].ToString());
        Assert.Equal("compute/vcpu of 'us-east-1' from 2023-01-01 already stands in line 9", result.Errors[6].Message);
    }

    [Theory]
    [InlineData("effective_from,region,item,amount,unit\n2023-01-01,*,egress/region,0.02,gb\n", 1)]
    [InlineData("", 1)]
    public void Read_NotAPriceFile_IsRefused(string text, int line) =>
        Assert.Contains(PriceFile.Read(new StringReader(text)).Errors, error => error.Line == line);

    [Fact]
    public void Read_FileOfAnotherKind_StopsAfterAHundredErrors()
    {
        var result = Read([.. Enumerable.Repeat("x", 5_000)]);

        Assert.Equal(101, result.Errors.Length);
    }

    [Fact]
    public void RegionPrices_SampleFile_AreThoseOfTheSampleRegions()
    {
        using var file = File.OpenText(Path.Combine(SampleFolder(), "prices", "aws-list-2023.csv"));
        var result = PriceFile.Read(file);

        Assert.Empty(result.Errors);
        Assert.Equal(new RegionPrices(0.088m, 0.02m, 0.0535m), result.Book!.At(new DateOnly(2026, 1, 1)).RegionPrices(Ireland));
    }

    private static PriceFileResult Read(params string[] lines) =>
        PriceFile.Read(new StringReader(string.Join('\n', [PriceFile.Header, .. lines])));

    private static string SampleFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder!.FullName, "samples")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "samples");
    }
}
