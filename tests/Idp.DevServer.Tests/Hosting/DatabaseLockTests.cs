using System.Globalization;

namespace Idp.DevServer.Tests.Hosting;

/// <summary>One process owns a file; however it ends, the next one may have it.</summary>
public sealed class DatabaseLockTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("idp-lock-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_FileInUse_IsRefusedUntilItsOwnerIsKilled()
    {
        var file = Path.Combine(_folder.FullName, "state.db");
        await using var owner = await ServerProcess.StartAsync(Cancelled, "--db-filename", file);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.StartAsync(Cancelled, "--db-filename", file));
        Assert.Contains($"{file} is in use by process {owner.Id.ToString(CultureInfo.InvariantCulture)}. Stop that process, or choose another --db-filename.", refused.Message, StringComparison.Ordinal);

        await owner.KillAsync();
        await using var next = await ServerProcess.StartAsync(Cancelled, "--db-filename", file);
        Assert.NotEqual(owner.Id, next.Id);
    }

    [Fact]
    public async Task Start_FileThatCannotBe_IsRefusedByName()
    {
        var nowhere = Path.Combine(_folder.FullName, "missing", "state.db");
        var inNoFolder = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.StartAsync(Cancelled, "--db-filename", nowhere));
        var folder = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.StartAsync(Cancelled, "--db-filename", _folder.FullName));

        Assert.Contains($"{nowhere} cannot be created: there is no folder {Path.GetDirectoryName(nowhere)}", inNoFolder.Message, StringComparison.Ordinal);
        Assert.Contains($"{_folder.FullName} is a folder; --db-filename needs a file.", folder.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
