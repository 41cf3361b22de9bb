using System.Globalization;

namespace Idp.Embedded;

/// <summary>Makes this process the only owner of a folder, for as long as it lives.</summary>
/// <remarks>The kernel releases the lock however the owner ends, so a lock is never stale.</remarks>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _lock;

    private FolderLock(FileStream @lock) => _lock = @lock;

    /// <exception cref="EmbeddedServerException">Another live process owns the folder; the message names it.</exception>
    public static FolderLock Take(string folder)
    {
        // The locked file cannot be read by others, so the owner's id has a file of its own.
        var ownerFile = Path.Combine(folder, "owner.pid");
        FileStream stream;
        try
        {
            stream = new FileStream(Path.Combine(folder, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new EmbeddedServerException($"{folder} may not be written: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            var owner = File.Exists(ownerFile) ? File.ReadAllText(ownerFile).Trim() : "unknown";
            throw new EmbeddedServerException(
                $"{folder} is in use by process {owner}. Stop that process, or choose another folder.", exception);
        }

        File.WriteAllText(ownerFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new FolderLock(stream);
    }

    public void Dispose() => _lock.Dispose();
}
