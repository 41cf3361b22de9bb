using Idp.Testing;

namespace Idp.DevServer.Tests.Visibility;

public sealed class GenuineAnswerTests
{
    [Fact]
    public async Task Record()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var temporal = await TemporalTools.FindAsync("temporal", cancellationToken);
        await using var genuine = await GenuineWorld.StartAsync(temporal!, cancellationToken);
        var world = new VisibilityWorld(await genuine.RunsAsync());
        await world.WriteAsync(cancellationToken);
        var answers = await VisibilityAnswers.OfAsync(world, (kind, query) => VisibilityAnswers.AskAsync(genuine.Client, world, kind, query));
        await File.WriteAllLinesAsync(Path.Combine(VisibilityWorld.Folder, "Goldens", "answers.txt"), answers, cancellationToken);
    }
}
