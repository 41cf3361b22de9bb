using System.Globalization;

namespace Idp.DevServer.Hosting;

/// <summary>Makes this process the only owner of a database file, for as long as it lives.</summary>
/// <remarks>The kernel releases the lock however the owner ends, so a lock is never stale.</remarks>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _lock;

    private DatabaseLock(FileStream @lock) => _lock = @lock;

    /// <exception cref="ServerStartException">Another process owns the file, or its folder cannot be written.</exception>
    public static DatabaseLock Take(string databaseFile)
    {
        var file = Path.GetFullPath(databaseFile);
        if (!Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new ServerStartException($"{file} cannot be created: there is no folder {Path.GetDirectoryName(file)}.");
        }

        if (Directory.Exists(file))
        {
            throw new ServerStartException($"{file} is a folder; --db-filename needs a file.");
        }

        // Another process cannot read a locked file, so the owner's id has a file of its own.
        var ownerFile = file + ".pid";
        FileStream stream;
        try
        {
            stream = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new ServerStartException($"{file} cannot be written: {refused.Message}", refused);
        }
        catch (IOException taken)
        {
            var owner = File.Exists(ownerFile) ? File.ReadAllText(ownerFile).Trim() : "unknown";
            throw new ServerStartException($"{file} is in use by process {owner}. Stop that process, or choose another --db-filename.", taken);
        }

        File.WriteAllText(ownerFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new DatabaseLock(stream);
    }

    public void Dispose() => _lock.Dispose();
}
