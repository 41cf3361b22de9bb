using Idp.Core.Migrations;

namespace Idp.Core.Tests.Migrations;

public sealed class RemediesTests
{
    [Theory]
    [InlineData("53100", "disk", "free disk space")]
    [InlineData("53400", "configuration limit", "lacks a resource")]
    [InlineData("57P03", "starting up", "shutting down or starting")]
    [InlineData("57014", "canceling statement", "statement_timeout")]
    [InlineData("42501", "permission denied", "grant it")]
    [InlineData("42703", "column does not exist", "schema migrations")]
    [InlineData("23505", "duplicate key", "compare the tables' constraints")]
    [InlineData("Heartbeat", "activity Heartbeat timeout", "idp status")]
    [InlineData("NpgsqlException", "Failed to connect", "idp doctor")]
    [InlineData("Unequal", "public.profile differs", "changes what is stored")]
    [InlineData("Refused", "users/x could not be frozen and drained in 12 tries", "long transactions")]
    [InlineData("Refused", "dataset 'users' is in mode Observe, in which loops start nothing", "idp dataset apply")]
    [InlineData("P0001", "broken on purpose", "worker's log")]
    [InlineData(null, "whatever", "worker's log")]
    public void For_KnownFailure_SaysWhatToDo(string? kind, string error, string expected) =>
        Assert.Contains(expected, Remedies.For(kind, error, MigrationId.Parse("m-7")), StringComparison.Ordinal);

    [Fact]
    public void For_ItsCommand_NamesTheMigration() =>
        Assert.Contains("'idp migration resume m-7'", Remedies.For("53100", "disk full", MigrationId.Parse("m-7")), StringComparison.Ordinal);

    [Fact]
    public void Progress_RateAndTotalKnown_TellsShareAndTimeLeft()
    {
        var half = new CopyProgress(50, 500, 100, 1_000, LagKeys: 0, BytesPerSecond: 100);

        Assert.Equal((0.5, TimeSpan.FromSeconds(5)), (half.Share, half.Eta));
        Assert.Null((half with { BytesPerSecond = 0 }).Eta);
        Assert.Null((half with { EstimatedBytes = 0 }).Share);
        Assert.Equal(1, (half with { SizeBytes = 2_000 }).Share);
        Assert.Equal(TimeSpan.FromDays(365), (half with { BytesPerSecond = 1e-12 }).Eta);
    }
}
