using System.Globalization;
using System.Text;
using Idp.Simulation.Traces;

namespace Idp.Advise.Traces;

/// <summary>Reads an access log: CSV with a header, plain or gzip, separated by comma, semicolon or tab.</summary>
/// <remarks>Streaming, in any order of rows and columns. Columns are found by their common names; see <see cref="TraceColumns"/>.</remarks>
public sealed class CsvTraceReader(TraceSettings settings)
{
    private const int MaxKeyChars = Core.ObjectId.MaxKeyLength + 64; // dataset/key.
    private const int ReportEvery = 1_000_000;
    private const double MaxCount = 1e9;

    /// <param name="stream">Told apart by its first bytes, so it must be seekable. Disposed at the end.</param>
    /// <param name="source">What messages call the file.</param>
    /// <exception cref="TraceException">The file cannot be used.</exception>
    public DemandLog Read(Stream stream, string source, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(Gzip.Open(stream), Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
        var lines = new LineReader(text, settings.MaxLineChars, source);
        try
        {
            return Read(lines, source, progress, cancellationToken);
        }
        catch (InvalidDataException damaged)
        {
            throw new TraceException($"{source}, after line {lines.Number}: the gzip data is damaged: {damaged.Message}", damaged);
        }
    }

    private DemandLog Read(LineReader lines, string source, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (!lines.TryRead(out var header) || header.IsWhiteSpace())
        {
            throw new TraceException($"{source}: the file is empty; expected a header such as timestamp,region,object,op and one access a line.");
        }

        var fields = new CsvFields(Delimiter(header), settings.MaxLineChars);
        if (!fields.Split(header))
        {
            throw new TraceException($"{source}, line 1: the header has an open quote or more than 1,000 columns.");
        }

        var columns = TraceColumns.Of(fields, settings, source);
        var (judge, collector) = (new RowJudge(settings, source), new DemandCollector(settings, source));
        while (lines.TryRead(out var line))
        {
            if (line.IsWhiteSpace())
            {
                continue;
            }

            judge.Begin();
            Take(lines.Number, line, fields, columns, judge, collector);
            if (judge.Rows % ReportEvery == 0)
            {
                progress?.Report($"{judge.Rows:N0} rows read");
            }

            if (judge.Rows % 1_024 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return collector.Build(judge.Summarize(columns.ToString(), columns.HasOperations));
    }

    private static char Delimiter(ReadOnlySpan<char> header) =>
        header.Contains('\t') ? '\t' : header.Contains(';') && !header.Contains(',') ? ';' : ',';

    private void Take(long number, ReadOnlySpan<char> line, CsvFields fields, TraceColumns columns, RowJudge judge, DemandCollector collector)
    {
        if (!fields.Split(line) || fields.Count != columns.Names.Length)
        {
            judge.Bad($"line {number}", line, $"{columns.Names.Length} fields as in the header, quotes closed");
            return;
        }

        if (!TraceTime.TryParse(fields[columns.Time], out var seconds)
            && (columns.Date < 0 || !TraceTime.TryParse($"{fields[columns.Date]} {fields[columns.Time]}", out seconds)))
        {
            judge.Bad(Place(columns.Time), fields[columns.Time], TraceTime.Rule);
            return;
        }

        var key = fields[columns.Key];
        if (key.Length is 0 or > MaxKeyChars || HasControl(key))
        {
            judge.Bad(Place(columns.Key), key, $"1 to {MaxKeyChars} characters, none of them a control character");
            return;
        }

        if (!TryCount(out var reads, out var writes))
        {
            return;
        }

        var region = judge.RegionOf(fields[columns.Region]);
        if (region >= 0)
        {
            collector.Add(key, region, seconds, reads, writes);
            if (columns.Bytes >= 0 && double.TryParse(fields[columns.Bytes], NumberStyles.Float, CultureInfo.InvariantCulture, out var bytes) && bytes is >= 0 and < 1e15)
            {
                collector.AddAnswer(bytes);
            }
        }

        bool TryCount(out double reads, out double writes)
        {
            (reads, writes) = (0, 0);
            if (columns.Operation < 0 && columns.Reads >= 0 && columns.Writes >= 0)
            {
                return TryNumber(columns.Reads, out reads) && TryNumber(columns.Writes, out writes);
            }

            var count = 1.0;
            if (columns.Count >= 0 && !TryNumber(columns.Count, out count))
            {
                return false;
            }

            if (columns.Operation < 0)
            {
                (reads, writes) = (count * (1 - settings.WriteShare), count * settings.WriteShare);
                return true;
            }

            if (!TraceOperation.TryParse(fields[columns.Operation], out var isWrite))
            {
                judge.Bad(Place(columns.Operation), fields[columns.Operation], TraceOperation.Rule);
                return false;
            }

            (reads, writes) = isWrite ? (count * settings.ReadsPerWrite, count) : (count, 0);
            return true;
        }

        bool TryNumber(int column, out double value)
        {
            if (double.TryParse(fields[column], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= MaxCount)
            {
                return true;
            }

            judge.Bad(Place(column), fields[column], $"a number from 0 to {MaxCount:N0}");
            return false;
        }

        string Place(int column) => $"line {number}, column '{columns.Names[column]}'";
    }

    private static bool HasControl(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
