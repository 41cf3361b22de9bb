using System.Diagnostics;
using System.Globalization;

namespace Idp.Chaos.World;

/// <summary>A file system of bounded size for one region's cluster, data and log alike, so that its disk can be filled.</summary>
internal sealed class SmallDisk(string folder) : IDisposable
{
    private const string BallastName = "full";
    private bool _isMounted;

    /// <returns>Why mounting is not permitted here, and the folder is an ordinary one; null when it is.</returns>
    public string? Mount(int megabytes)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "a disk of bounded size needs root on Linux";
        }

        var failure = Run("mount", ["-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=0755"), "idp-chaos", folder]);
        _isMounted = failure is null;
        return failure is null ? null : $"a disk of bounded size cannot be mounted here: {failure}";
    }

    /// <summary>Takes every free byte.</summary>
    public void Fill()
    {
        using var ballast = File.OpenHandle(Path.Combine(folder, BallastName), FileMode.OpenOrCreate, FileAccess.Write);
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

    public void Free() => File.Delete(Path.Combine(folder, BallastName));

    public void Dispose()
    {
        if (!_isMounted)
        {
            return;
        }

        // A file still open must not keep the mount: it goes with its last user.
        if (Run("umount", [folder]) is not null)
        {
            Run("umount", ["-l", folder]);
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
