using System.Globalization;
using System.Text;

namespace Idp.Cli.Tests;

/// <summary>Advice and what-if on files, without any installation.</summary>
public sealed class AdviseCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("idp-advise-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Advise_SmallLog_TellsSavingAsTextJsonAndPage()
    {
        var log = WriteLog();
        var page = Path.Combine(_folder, "advice.html");

        var text = await IdpProcess.RunAsync(null, "advise", "--trace", log, "--home", "us-east-1", "--html", page);
        var json = await IdpProcess.RunAsync(null, "advise", "--trace", log, "--home", "us-east-1", "--json");

        Assert.Equal((0, 0), (text.ExitCode, json.ExitCode));
        Assert.Contains("Keeping it all in us-east-1 costs $", text.Output, StringComparison.Ordinal);
        Assert.Contains("Assumed: An operation earns $0.01", text.Output, StringComparison.Ordinal);
        Assert.Contains("idp: 2 objects over 4 days; 2 are replayed", text.Error, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True((decimal)json.Json["saved"]!["usd"]! > 0);
        Assert.Equal("us-east-1", (string)json.Json["home"]!);
    }

    [Fact]
    public async Task WhatIf_LostRegion_TellsWhereObjectsWouldGo()
    {
        var result = await IdpProcess.RunAsync(null, "what-if", "--trace", WriteLog(), "--lose-region", "ap-south-1", "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("without stores in ap-south-1", (string)result.Json["changes"]![0]!);
        Assert.True((int)result.Json["changedObjects"]! > 0);
        Assert.True((double)result.Json["after"]!["meanMs"]! > (double)result.Json["before"]!["meanMs"]!);
    }

    [Fact]
    public async Task WhatIf_AllKindsAtOnce_AreNamedInTheText()
    {
        var intents = Directory.CreateDirectory(Path.Combine(_folder, "intents")).FullName;
        await WriteAsync(Path.Combine("intents", "users.yaml"), "data_object:\n  name: users\n  schema: {}\n  requirements:\n    compliance:\n      data_classification: other\n");
        var policy = await WriteAsync("policy.yaml", "policy:\n  name: no-sydney\n  applies_to:\n    data_classification: other\n  requirements:\n    primary_location:\n      prohibited_regions: [ap-southeast-2]\n  enforcement: hard\n");

        var result = await IdpProcess.RunAsync(
            null, "what-if", "--trace", WriteLog(), "--intents", intents, "--policy", policy, "--price", "us-east-1:egress/region=x2", "--budget", "users=1000", "--add-region", "me-south-1=eu-central-1");

        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Contains(
            "What if: egress/region in us-east-1 times 2; at most $1000 a day for users; policy no-sydney; with stores in me-south-1, which is like eu-central-1", result.Output, StringComparison.Ordinal);
        Assert.Contains("difference", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name one log", "advise")]
    [InlineData("Name one log", "advise", "--trace", "LOG", "--from-telemetry")]
    [InlineData("cannot be read", "advise", "--trace", "nothing-here.csv")]
    [InlineData("'mars-1' is not one of us-east-1", "advise", "--trace", "LOG", "--home", "mars-1")]
    [InlineData("--days is 0; expected 1 to 366", "advise", "--trace", "LOG", "--days", "0")]
    [InlineData("--object-size is 'big'", "advise", "--trace", "LOG", "--object-size", "big")]
    [InlineData("--until is 'soon'", "advise", "--trace", "LOG", "--until", "soon")]
    [InlineData("--map-region is 'x'", "advise", "--trace", "LOG", "--map-region", "x")]
    [InlineData("no column for the object", "advise", "--trace", "LOG", "--key", "nope")]
    [InlineData("--policies needs --intents", "advise", "--trace", "LOG", "--policies", ".")]
    [InlineData("Nothing is configured", "advise", "--from-telemetry")]
    [InlineData("Say what changes", "what-if", "--trace", "LOG")]
    [InlineData("--price is 'compute/vcpu=1'; expected storage/hot=USD", "what-if", "--trace", "LOG", "--price", "compute/vcpu=1")]
    [InlineData("--budget names 'orders', which no intent declares", "what-if", "--trace", "LOG", "--budget", "orders=5")]
    [InlineData("Nothing is known of 'mars-1'", "what-if", "--trace", "LOG", "--add-region", "mars-1")]
    public async Task WrongCommandLine_ExitsWith2AndSaysWhatIsExpected(string expected, params string[] arguments)
    {
        var log = WriteLog();
        var result = await IdpProcess.RunAsync(null, [.. arguments.Select(argument => argument == "LOG" ? log : argument)]);

        Assert.Equal((2, string.Empty), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    // Four days in which two users live in India and one visit comes from where the data is.
    private string WriteLog()
    {
        var csv = new StringBuilder("time,region,user,op,count\n");
        for (var hour = 0; hour < 96; hour++)
        {
            csv.AppendLine(CultureInfo.InvariantCulture, $"{1_767_571_200 + (hour * 3_600)},ap-south-1,users/{hour % 2},get,300");
        }

        csv.AppendLine("1767571200,us-east-1,users/0,put,1");
        var path = Path.Combine(_folder, "log.csv");
        File.WriteAllText(path, csv.ToString());
        return path;
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }
}
