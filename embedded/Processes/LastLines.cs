namespace Idp.Embedded;

/// <summary>The newest lines a program wrote, for messages that explain its end.</summary>
internal sealed class LastLines
{
    private const int MaxLines = 40;
    private const int MaxLength = 1_000;
    private readonly Queue<string> _lines = new(MaxLines);
    private readonly Lock _lock = new();

    public void Add(string line)
    {
        lock (_lock)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line.Length > MaxLength ? line[..MaxLength] : line);
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join('\n', _lines);
        }
    }
}
