using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>Builders.</summary>
internal static class A
{
    private static int _count;

    public static RegionId Source { get; } = RegionId.Parse("us-east-1");

    public static RegionId Target { get; } = RegionId.Parse("eu-west-1");

    public static OperatorNote Note(string note = "CHG-42", string by = "ada") => new(by, note);

    /// <summary>Asks to move an object of its own.</summary>
    public static MigrationRequest Request(bool needsApproval = false)
    {
        var number = Interlocked.Increment(ref _count);
        return new MigrationRequest(
            MigrationId.Parse($"m-{number}"), ObjectId.Parse($"users/{number}"), Target, "loop/urgent", "42 ms nearer", NeedsApproval: needsApproval);
    }
}
