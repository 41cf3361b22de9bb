using System.Diagnostics;
using System.Globalization;

namespace Idp.Chaos.World;

/// <summary>A file system of bounded size for one region's cluster, data and log alike, so that its disk can be filled.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string BallastName = "full";
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    /// <returns>Null where mounting is not permitted; then <paramref name="reason"/> says so.</returns>
    public static SmallDisk? TryMount(string folder, int megabytes, out string? reason)
    {
        Directory.CreateDirectory(folder);
        reason = null;
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            reason = "a disk of bounded size needs root on Linux";
            return null;
        }

        if (Run("mount", ["-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=0755"), "idp-chaos", folder]) is { } failure)
        {
            reason = $"a disk of bounded size cannot be mounted here: {failure}";
            return null;
        }

        return new SmallDisk(folder);
    }

    /// <summary>Takes every free byte.</summary>
    public void Fill()
    {
        using var ballast = File.OpenHandle(Path.Combine(_folder, BallastName), FileMode.OpenOrCreate, FileAccess.Write);
        var block = new byte[1 << 20];
        var length = RandomAccess.GetLength(ballast);

        // Smaller and smaller, until nothing fits.
        for (var size = block.Length; size >= 512;)
        {
            try
            {
                RandomAccess.Write(ballast, block.AsSpan(0, size), length);
                length += size;
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    public void Free() => File.Delete(Path.Combine(_folder, BallastName));

    public void Dispose()
    {
        // A file still open must not keep the mount: it goes with its last user.
        if (Run("umount", [_folder]) is not null)
        {
            Run("umount", ["-l", _folder]);
        }
    }

    private static string? Run(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
