namespace Idp.Advise.Traces;

/// <summary>Which column of a log is what; −1 for what it does not have.</summary>
/// <param name="Date">Of a log that keeps the day apart from the time.</param>
internal sealed record TraceColumns(int Time, int Date, int Region, int Key, int Operation, int Count, int Reads, int Writes, int Bytes, string[] Names)
{
    private static readonly string[] TimeNames = ["timestamp", "time", "ts", "unix_time", "datetime", "date_time", "event_time", "@timestamp", "start_time", "at", "date"];
    private static readonly string[] RegionNames = ["region", "caller_region", "client_region", "source_region", "cloud_region", "cloud.region", "aws_region", "user_region", "origin", "location"];
    private static readonly string[] KeyNames =
    [
        "object", "object_id", "object_key", "placement_key", "key", "user", "user_id", "userid", "account", "account_id", "tenant", "tenant_id",
        "customer", "customer_id", "resource", "item", "partition_key", "uri", "path",
    ];

    private static readonly string[] OperationNames = ["op", "operation", "action", "method", "verb", "access", "type", "kind", "query_type", "statement"];
    private static readonly string[] CountNames = ["count", "n", "requests", "hits", "operations"];
    private static readonly string[] BytesNames = ["bytes", "response_bytes", "bytes_sent", "body_bytes_sent", "size"];

    /// <exception cref="TraceException">A needed column is missing; the message says which names are understood.</exception>
    public static TraceColumns Of(CsvFields header, TraceSettings settings, string source)
    {
        var names = new string[header.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = header[i].ToString();
        }

        int Find(string[] known) => known.Select(name => Array.FindIndex(names, column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(index => index >= 0, -1);
        int Need(string? given, string[] known, string what, string option)
        {
            var index = Find(given is null ? known : [given]);
            return index >= 0 ? index : throw new TraceException(
                $"{source}, line 1: no column for {what}; the header has '{string.Join("', '", names.Take(30))}', expected {(given is null ? $"one of {string.Join(", ", known)}" : $"'{given}'")}{option}.");
        }

        var time = Need(null, TimeNames, "the time", string.Empty);
        var date = Find(["date"]);
        return new TraceColumns(
            time,
            date == time ? -1 : date,
            Need(settings.RegionColumn, RegionNames, "the caller's region", ", or name it with --region-column"),
            Need(settings.KeyColumn, KeyNames, "the object", ", or name it with --key"),
            Find(OperationNames), Find(CountNames), Find(["reads", "read_count"]), Find(["writes", "write_count"]), Find(BytesNames), names);
    }

    /// <value>Whether the log tells reads from writes.</value>
    public bool HasOperations => Operation >= 0 || (Reads >= 0 && Writes >= 0);

    public override string ToString()
    {
        (string What, int Column)[] used = [("time", Time), ("date", Date), ("region", Region), ("object", Key), ("operation", Operation), ("count", Count), ("reads", Reads), ("writes", Writes), ("bytes", Bytes)];
        return string.Join(", ", used.Where(entry => entry.Column >= 0).Select(entry => $"{entry.What} = '{Names[entry.Column]}'"));
    }
}
