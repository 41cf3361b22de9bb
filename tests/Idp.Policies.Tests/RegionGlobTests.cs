using System.Globalization;

namespace Idp.Policies.Tests;

public sealed class RegionGlobTests
{
    [Theory]
    [InlineData("us-*", "us-east-1", true)]
    [InlineData("us-*", "us-", true)]
    [InlineData("us-*", "us", false)]
    [InlineData("us-*", "aus-east-1", false)]
    [InlineData("*", "eu-west-1", true)]
    [InlineData("*-1", "eu-west-1", true)]
    [InlineData("*-1", "eu-west-2", false)]
    [InlineData("eu-*-1", "eu-west-1", true)]
    [InlineData("eu-*-1", "eu--1", true)]
    [InlineData("eu-*-1", "eu-1", false)]
    [InlineData("eu-west-1", "eu-west-1", true)]
    [InlineData("eu-west-1", "eu-west-10", false)]
    [InlineData("eu.west", "eu-west", false)]
    public void Matches_StarIsAnyCharacters(string glob, string region, bool expected) =>
        Assert.Equal(expected, A.Glob(glob).Matches(A.RegionOf(region)));

    [Theory]
    [InlineData("")]
    [InlineData("EU-*")]
    [InlineData("eu?")]
    [InlineData("eu-[12]")]
    public void TryParse_OtherCharacters_Refuses(string text) =>
        Assert.False(RegionGlob.TryParse(text, CultureInfo.InvariantCulture, out _));
}
