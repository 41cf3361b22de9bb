using System.Globalization;
using System.Text.Json;
using Idp.Simulation.Traces;

namespace Idp.Advise.Traces;

/// <summary>Reads database client spans in OTLP's JSON encoding, as the OpenTelemetry collector's file exporter writes them; plain or gzip.</summary>
/// <remarks>
/// One export request a line, or any JSON documents one after the other; memory is that of the largest of them. A span counts when it has an attribute of the
/// database conventions, stable (<c>db.system.name</c>, <c>db.operation.name</c>, <c>db.query.text</c>) or of version 1.24 (<c>db.system</c>,
/// <c>db.operation</c>, <c>db.statement</c>). The caller's region is the span's or the resource's <c>cloud.region</c>. Others are skipped, not bad.
/// </remarks>
public sealed class OtlpTraceReader(TraceSettings settings)
{
    private const int MaxKeyChars = Core.ObjectId.MaxKeyLength + 64;

    private static readonly string[] Systems = ["db.system.name", "db.system", "db.operation.name", "db.operation", "db.query.text", "db.statement"];
    private static readonly string[] Operations = ["db.operation.name", "db.operation", "db.query.summary", "db.query.text", "db.statement"];
    private static readonly string[] Regions = ["client.region", "cloud.region"];
    private static readonly string[] Keys = ["idp.object", "tenant.id", "user.id", "enduser.id", "db.collection.name", "db.sql.table"];

    /// <param name="stream">Seekable. Disposed at the end.</param>
    /// <param name="source">What messages call the file.</param>
    /// <exception cref="TraceException">The file cannot be used.</exception>
    public async Task<DemandLog> ReadAsync(Stream stream, string source, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var judge = new RowJudge(settings, source);
        var collector = new DemandCollector(settings, source);
        var request = 0L;
        try
        {
            await using var plain = Gzip.Open(stream);
            var requests = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(plain, topLevelValues: true, JsonSerializerOptions.Default, cancellationToken);
            await foreach (var export in requests)
            {
                request++;
                Take(export, request, judge, collector);
                if (request % 1_000 == 0)
                {
                    progress?.Report($"{judge.Rows:N0} database spans read");
                }
            }
        }
        catch (JsonException malformed)
        {
            throw new TraceException(
                $"{source}, line {(malformed.LineNumber ?? 0) + 1}, column {(malformed.BytePositionInLine ?? 0) + 1}: not JSON; expected trace exports, one a line, as the collector's file exporter writes them.", malformed);
        }
        catch (InvalidDataException damaged)
        {
            throw new TraceException($"{source}, after export {request}: the gzip data is damaged: {damaged.Message}", damaged);
        }

        if (judge.Rows == 0)
        {
            throw new TraceException($"{source}: {request:N0} exports without a database span; expected spans with db.system.name or db.system.");
        }

        return collector.Build(judge.Summarize($"object = {settings.KeyColumn ?? string.Join(" or ", Keys)}, region = {settings.RegionColumn ?? "cloud.region"}", hasOperations: true));
    }

    private void Take(JsonElement export, long request, RowJudge judge, DemandCollector collector)
    {
        foreach (var resourceSpans in Elements(export, "resourceSpans"))
        {
            var resource = resourceSpans.TryGetProperty("resource", out var found) ? found : default;
            foreach (var span in Elements(resourceSpans, "scopeSpans").SelectMany(scope => Elements(scope, "spans")))
            {
                try
                {
                    if (OtlpAttributes.FindFirst(span, Systems) is not null)
                    {
                        judge.Begin();
                        Take(span, resource, request, judge, collector);
                    }
                }
                catch (InvalidOperationException)
                {
                    // A statement that was cut within a character: JSON, and yet no text.
                    judge.Bad($"export {request}, span {judge.Rows}", string.Empty, "text that is whole");
                }
            }
        }
    }

    private void Take(JsonElement span, JsonElement resource, long request, RowJudge judge, DemandCollector collector)
    {
        var start = span.TryGetProperty("startTimeUnixNano", out var time) ? time.ToString() : string.Empty;
        if (!TraceTime.TryParse(start, out var seconds))
        {
            judge.Bad(Place("startTimeUnixNano"), start, "nanoseconds since 1970");
            return;
        }

        string[] keys = settings.KeyColumn is { } key ? [key] : Keys;
        var name = OtlpAttributes.FindFirst(span, keys) ?? OtlpAttributes.FindFirst(resource, keys);
        if (name is null || name.Length > MaxKeyChars || name.Any(char.IsControl))
        {
            judge.Bad(Place(keys[0]), name ?? string.Empty, $"1 to {MaxKeyChars} characters in {string.Join(" or ", keys)}");
            return;
        }

        var operation = OtlpAttributes.FindFirst(span, Operations) ?? (span.TryGetProperty("name", out var spanName) ? spanName.ToString() : string.Empty);
        if (!TraceOperation.TryParse(operation, out var isWrite))
        {
            judge.Bad(Place("db.operation.name"), operation, TraceOperation.Rule);
            return;
        }

        string[] regions = settings.RegionColumn is { } column ? [column] : Regions;
        var region = judge.RegionOf(OtlpAttributes.FindFirst(span, regions) ?? OtlpAttributes.FindFirst(resource, regions) ?? string.Empty);
        if (region >= 0)
        {
            var count = double.TryParse(OtlpAttributes.Find(span, "db.operation.batch.size"), NumberStyles.None, CultureInfo.InvariantCulture, out var batch) && batch is > 1 and < 1e6 ? batch : 1;
            collector.Add(name, region, seconds, isWrite ? count * settings.ReadsPerWrite : count, isWrite ? count : 0);
        }

        string Place(string attribute) => $"export {request}, span {judge.Rows}, attribute '{attribute}'";
    }

    private static IEnumerable<JsonElement> Elements(JsonElement owner, string name) =>
        owner.ValueKind is JsonValueKind.Object && owner.TryGetProperty(name, out var array) && array.ValueKind is JsonValueKind.Array
            ? array.EnumerateArray().Where(element => element.ValueKind is JsonValueKind.Object)
            : [];
}
