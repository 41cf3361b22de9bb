namespace Idp.Advise.Traces;

/// <summary>The fields of one line (RFC 4180, without line breaks in fields); one instance reads line after line.</summary>
internal sealed class CsvFields(char delimiter, int maxChars)
{
    private const int MaxFields = 1_000;

    private readonly char[] _text = new char[maxChars];
    private readonly (int Start, int Length)[] _fields = new (int, int)[MaxFields];
    private int _used;

    public int Count { get; private set; }

    /// <returns>The field without quotes and outer white space.</returns>
    public ReadOnlySpan<char> this[int index] => _text.AsSpan(_fields[index].Start, _fields[index].Length).Trim();

    /// <returns>False when a quote is not closed or there are more than 1,000 fields.</returns>
    public bool Split(ReadOnlySpan<char> line)
    {
        (Count, _used) = (0, 0);
        while (Count < MaxFields)
        {
            var start = _used;
            var rest = line.TrimStart(' ');
            if (rest is ['"', ..])
            {
                line = rest;
                if (!Unquote(ref line))
                {
                    return false;
                }
            }
            else
            {
                var end = line.IndexOf(delimiter);
                var field = end < 0 ? line : line[..end];
                field.CopyTo(_text.AsSpan(_used));
                _used += field.Length;
                line = line[field.Length..];
            }

            _fields[Count++] = (start, _used - start);
            if (line.IsEmpty)
            {
                return true;
            }

            line = line[1..];
        }

        return false;
    }

    // Ends at the delimiter after the closing quote; what stands between them is kept, as spreadsheets do.
    private bool Unquote(ref ReadOnlySpan<char> line)
    {
        line = line[1..];
        while (line.IndexOf('"') is >= 0 and var quote)
        {
            Copy(line[..quote]);
            line = line[(quote + 1)..];
            if (line is not ['"', ..])
            {
                var end = line.IndexOf(delimiter);
                Copy(end < 0 ? line : line[..end]);
                line = end < 0 ? [] : line[end..];
                return true;
            }

            Copy("\"");
            line = line[1..];
        }

        return false;
    }

    private void Copy(ReadOnlySpan<char> part)
    {
        part.CopyTo(_text.AsSpan(_used));
        _used += part.Length;
    }
}
