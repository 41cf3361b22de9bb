using Idp.DevServer.Engine;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Hosting;

namespace Idp.DevServer.Tests.Hosting;

/// <summary>Values of <c>--dynamic-config-value</c>: those that have an effect, and those that do not.</summary>
public sealed class DynamicConfigTests
{
    [Fact]
    public void Read_KnownKeys_ReplaceTheirDefaultsWhateverTheirCase()
    {
        var config = Config("LIMIT.maxidlength=7", "history.longPollExpirationInterval=\"3s\"", "frontend.WorkflowPauseEnabled=true", "matching.pollerScalingDecisionsPerSecond=2.5");

        Assert.Equal(7, EngineLimits.Read(config).MaxIdLength);
        Assert.Equal(TimeSpan.FromSeconds(3), EngineLimits.Read(config).LongPoll);
        Assert.True(ServerFeatures.Read(config).WorkflowPause);
        Assert.Equal(2.5, MatchingOptions.Read(config).DecisionsPerSecond);
        Assert.Empty(config.Unknown);
        Assert.Empty(config.Unfit);
    }

    [Fact]
    public void Read_TheSameKeyTwice_TheLastOneWins() => Assert.Equal(2, EngineLimits.Read(Config("limit.maxIDLength=1", "limit.maxIDLength=2")).MaxIdLength);

    [Fact]
    public void Unknown_KeyWithoutUse_IsNamed()
    {
        var config = Config("limit.maxIDLength=7", "nothing.known=1");
        _ = EngineLimits.Read(config);

        Assert.Equal(["nothing.known"], config.Unknown);
    }

    [Fact]
    public void Unfit_ValueOfAnotherType_IsNamedAndItsDefaultApplies()
    {
        var config = Config("limit.blobSize.error=\"abc\"");

        Assert.Equal(EngineLimits.Default.BlobLimit, EngineLimits.Read(config).BlobLimit);
        Assert.Equal("int", config.Unfit["limit.blobSize.error"]);
    }

    [Theory]
    [InlineData("limit.maxIDLength")]
    [InlineData("limit.maxIDLength=seven")]
    public void Parse_Malformed_Throws(string text) => Assert.Throws<FormatException>(() => DynamicConfig.Parse(text));

    private static DynamicConfig Config(params string[] values) => new(values.Select(DynamicConfig.Parse));
}
