using System.Globalization;
using Idp.Core;
using Idp.Policies.Yaml;

namespace Idp.Policies.Intents;

/// <summary>Reads intent files.</summary>
public sealed class DataObjectParser
{
    private const int MaxOperations = 200;
    private const decimal MaxLatencyMs = 60_000;
    private const int MaxDataLossMinutes = 7 * 24 * 60;
    private const decimal MaxUsdPerDay = 1_000_000_000;
    private const string DatasetRule = "1 to 63 characters of a-z, 0-9, '-', '_' or '.', beginning with a letter or digit";

    private readonly SchemaReader _schemas;

    private DataObjectParser(SchemaReader schemas) => _schemas = schemas;

    /// <summary>Reads one intent file of at most 1 MiB.</summary>
    /// <param name="fileName">What diagnostics call the file.</param>
    /// <param name="knownRegions">The regions configured here; a birth region must be one of them.</param>
    /// <returns>The intent, or all errors of the file at once. It never throws for what a file holds.</returns>
    public static DataObjectParseResult Parse(string fileName, string text, IReadOnlyCollection<RegionId> knownRegions)
    {
        var sink = new DiagnosticSink(fileName);
        var parser = new DataObjectParser(new SchemaReader(new KnownRegions(knownRegions)));
        var dataObject = YamlFileReader.Read(text, sink) is { } root
            ? Fields.Document(root, "data_object", sink, parser.ReadDataObject)
            : null;
        return new DataObjectParseResult(sink.HasErrors ? null : dataObject, sink.ToImmutable());
    }

    private DataObject ReadDataObject(Fields fields)
    {
        fields.Require("name", "schema", "requirements");
        return new DataObject
        {
            Name = fields.Text("name") is { } name ? fields.Parse<DatasetId>("name", name, "a dataset name", DatasetRule) ?? default : default,
            Schema = fields.Block("schema", _schemas.Read),
            Requirements = fields.Block("requirements", ReadRequirements) ?? new(),
        };
    }

    private static DataObjectRequirements ReadRequirements(Fields fields) => new()
    {
        Latency = fields.Block("latency", ReadLatency),
        Availability = fields.Block("availability", ReadAvailability),
        Consistency = fields.Block("consistency", ReadConsistency),
        Compliance = fields.Block("compliance", ReadCompliance),
        Cost = fields.Block("cost", ReadCost),
    };

    private static LatencyRequirement ReadLatency(Fields fields)
    {
        var p99Ms = fields.Number("p99_target_ms", 1, MaxLatencyMs);
        var p50Ms = fields.Number("p50_target_ms", 1, MaxLatencyMs);
        fields.RequireOrder("p50_target_ms", p50Ms, "p99_target_ms", p99Ms);
        return new LatencyRequirement { P99Target = Milliseconds(p99Ms), P50Target = Milliseconds(p50Ms) };
    }

    private static AvailabilityRequirement ReadAvailability(Fields fields) => new()
    {
        TargetUptime = fields.Number("target_uptime", 0.5m, 1, belowMax: true),
        MaxDataLoss = Milliseconds(fields.Number("max_data_loss_minutes", 0, MaxDataLossMinutes) * 60_000),
    };

    private static ConsistencyRequirement ReadConsistency(Fields fields)
    {
        fields.Require("level");
        return new ConsistencyRequirement
        {
            Level = ReadLevel(fields),
            StrongForOperations = [.. fields.Texts("strong_for_operations", MaxOperations).Select(operation => operation.Value)],
        };
    }

    private static ConsistencyLevel ReadLevel(Fields fields)
    {
        if (fields.Text("level") is not { } node)
        {
            return default;
        }

        if (ConsistencyLevel.TryParse(node.Value, CultureInfo.InvariantCulture, out var level))
        {
            return level;
        }

        var suggestion = Spelling.Nearest(node.Value, ConsistencyLevel.Words) is { } meant ? $"did you mean '{meant}'? " : string.Empty;
        fields.Sink.Error(
            node.At, DiagnosticCodes.UnknownValue,
            $"{node.Describe()} in {fields.PathOf("level")}", $"{suggestion}allowed: {ConsistencyLevel.Rule}");
        return default;
    }

    private static ComplianceRequirement ReadCompliance(Fields fields) => new()
    {
        DataClassification = fields.Text("data_classification")?.Value,
        Regulations = [.. fields.Texts("regulations", maxCount: 50).Select(regulation => regulation.Value)],
        UserRegion = fields.Text("user_region")?.Value,
    };

    private static CostRequirement ReadCost(Fields fields) => new()
    {
        BudgetUsdPerDay = fields.Number("budget_per_day", 0, MaxUsdPerDay),
        OptimizeFor = fields.Choice<OptimizationGoal>("optimize_for"),
    };

    private static TimeSpan? Milliseconds(decimal? ms) => ms is { } some ? TimeSpan.FromMilliseconds((double)some) : null;
}
