namespace Idp.Embedded;

/// <summary>A log file with a bound: at most <c>NAME</c> and <c>NAME.1</c>, 4 MB each.</summary>
internal sealed class RotatingLog : IDisposable
{
    private const long MaxLengthBytes = 4_000_000;
    private readonly string _path;
    private readonly Lock _lock = new();
    private StreamWriter? _writer;

    public RotatingLog(string path)
    {
        _path = path;
        _writer = Open();
    }

    public void Write(string line)
    {
        lock (_lock)
        {
            try
            {
                WriteLine(line);
            }
            catch (IOException)
            {
                // The disk is full. Whoever reads a program's output must go on reading, or the program stands still with a full pipe.
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            try
            {
                _writer?.Dispose();
            }
            catch (IOException)
            {
                // What the full disk did not take is lost, and nothing else.
            }

            _writer = null;
        }
    }

    private void WriteLine(string line)
    {
        if (_writer is null)
        {
            return;
        }

        if (_writer.BaseStream.Length > MaxLengthBytes)
        {
            _writer.Dispose();
            File.Move(_path, _path + ".1", overwrite: true);
            _writer = Open();
        }

        _writer.WriteLine(line);
    }

    // Shared, so that people and tests can read along.
    private StreamWriter Open() =>
        new(new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };
}
