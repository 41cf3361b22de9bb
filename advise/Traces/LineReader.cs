namespace Idp.Advise.Traces;

/// <summary>Reads lines without making a string of each.</summary>
internal sealed class LineReader(TextReader text, int maxChars, string source)
{
    private readonly char[] _buffer = new char[maxChars + 1];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <value>Of the line read last, from 1.</value>
    public long Number { get; private set; }

    /// <param name="line">Valid until the next call.</param>
    /// <exception cref="TraceException">The line is too long.</exception>
    public bool TryRead(out ReadOnlySpan<char> line)
    {
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var length = rest.IndexOf('\n');
            if (length >= 0)
            {
                return Take(rest[..length], length + 1, out line);
            }

            if (_isAtEnd)
            {
                return Take(rest, rest.Length, out line) && rest.Length > 0;
            }

            Fill();
        }
    }

    private bool Take(ReadOnlySpan<char> found, int consumed, out ReadOnlySpan<char> line)
    {
        Number++;
        _start += consumed;
        line = found.EndsWith("\r") ? found[..^1] : found;
        return true;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            throw new TraceException($"{source}, line {Number + 1}: more than {maxChars:N0} characters; expected an access log with one access a line.");
        }

        var read = text.Read(_buffer, _end, _buffer.Length - _end);
        _isAtEnd = read == 0;
        _end += read;
    }
}
