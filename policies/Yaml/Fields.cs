using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Idp.Policies.Yaml;

/// <summary>Reads the fields of one mapping. It remembers which were asked for: all others are unknown.</summary>
/// <remarks>
/// Every method answers null (or nothing) for an absent or a wrong field, and reports the wrong one.
/// A caller that requires a field says so with <see cref="Require"/> and may then put anything in its
/// place, since a file with an error is refused as a whole.
/// </remarks>
internal sealed class Fields
{
    private const int MaxTextLength = 200;

    private readonly Dictionary<string, MappingEntry> _entries;
    private readonly List<string> _asked = [];
    private readonly Position _at; // Of the mapping's own name.
    private readonly string _place;
    private readonly string _prefix;

    private Fields(MappingNode node, Position at, string place, string prefix, DiagnosticSink sink)
    {
        _entries = node.Entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        _at = at;
        _place = place;
        _prefix = prefix;
        Sink = sink;
    }

    public DiagnosticSink Sink { get; }

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Reads a file of the form <c>name: {…}</c>; paths in diagnostics begin below that name.</summary>
    public static T? Document<T>(YamlNode node, string name, DiagnosticSink sink, Func<Fields, T> read)
        where T : class
    {
        if (node is not MappingNode mapping)
        {
            ReportKind(sink, node, "a mapping", "the file");
            return null;
        }

        var file = new Fields(mapping, Position.Start, "the file", string.Empty, sink);
        file.Require(name);
        var result = file.Block(name, isRoot: true, read);
        file.ReportUnknown();
        return result;
    }

    /// <summary>The field as diagnostics name it, for example <c>`requirements.deletion`</c>.</summary>
    public string PathOf(string field) => Wording.Field(_prefix + field);

    public void Require(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (!_entries.ContainsKey(field))
            {
                Sink.Error(_at, DiagnosticCodes.MissingField, $"field {Wording.Field(field)} is missing in {_place}");
            }
        }
    }

    public void RequireOneOf(string field, string other)
    {
        if (!_entries.ContainsKey(field) && !_entries.ContainsKey(other))
        {
            Sink.Error(
                _at, DiagnosticCodes.MissingField,
                $"neither {Wording.Field(field)} nor {Wording.Field(other)} is given in {_place}");
        }
    }

    /// <summary>Reports <paramref name="lower"/> where both are given and it exceeds <paramref name="upper"/>.</summary>
    public void RequireOrder(string lower, decimal? lowerValue, string upper, decimal? upperValue)
    {
        if (lowerValue > upperValue)
        {
            Sink.Error(
                _entries[lower].Value.At, DiagnosticCodes.Contradiction,
                $"{PathOf(lower)} is {Wording.Number(lowerValue.Value)}, {PathOf(upper)} only {Wording.Number(upperValue.Value)}",
                $"allowed: at most {PathOf(upper)}");
        }
    }

    public T? Block<T>(string field, Func<Fields, T?> read)
        where T : class => Block(field, isRoot: false, read);

    /// <summary>A list of 1 to <paramref name="maxCount"/> mappings.</summary>
    public ImmutableArray<T> Blocks<T>(string field, int maxCount, Func<Fields, T> read)
    {
        var blocks = ImmutableArray.CreateBuilder<T>();
        foreach (var item in List(field, maxCount))
        {
            if (item is MappingNode mapping)
            {
                blocks.Add(Read(mapping, item.At, _prefix + field, read));
            }
            else
            {
                ReportKind(Sink, item, "a mapping", PathOf(field));
            }
        }

        return blocks.ToImmutable();
    }

    public ScalarNode? Text(string field) => Ask(field) is { } node && IsText(node, PathOf(field)) ? (ScalarNode)node : null;

    /// <summary>A list of 1 to <paramref name="maxCount"/> different texts.</summary>
    public ImmutableArray<ScalarNode> Texts(string field, int maxCount)
    {
        var texts = ImmutableArray.CreateBuilder<ScalarNode>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in List(field, maxCount).Where(item => IsText(item, PathOf(field))).Cast<ScalarNode>())
        {
            if (seen.Add(item.Value))
            {
                texts.Add(item);
            }
            else
            {
                Sink.Error(item.At, DiagnosticCodes.DuplicateItem, $"{item.Describe()} stands twice in {PathOf(field)}");
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>A text of a form of its own.</summary>
    /// <param name="what">What the text should be, for example <c>a dataset name</c>.</param>
    /// <param name="rule">What is allowed.</param>
    public T? Parse<T>(string field, ScalarNode node, string what, string rule)
        where T : struct, IParsable<T>
    {
        if (T.TryParse(node.Value, CultureInfo.InvariantCulture, out var parsed))
        {
            return parsed;
        }

        ReportName(field, node, what, rule);
        return null;
    }

    public void ReportName(string field, ScalarNode node, string what, string rule) =>
        Sink.Error(node.At, DiagnosticCodes.BadName, $"{node.Describe()} is not {what} in {PathOf(field)}", $"allowed: {rule}");

    public string? OneOf(string field, params string[] allowed)
    {
        if (Text(field) is not { } node)
        {
            return null;
        }

        if (!allowed.Contains(node.Value, StringComparer.Ordinal))
        {
            Sink.Error(
                node.At, DiagnosticCodes.UnknownValue, $"{node.Describe()} in {PathOf(field)}",
                Wording.Choices(node.Value, allowed, Wording.Value));
            return null;
        }

        return node.Value;
    }

    /// <summary>An enumeration's member, written in snake_case.</summary>
    public T? Choice<T>(string field)
        where T : struct, Enum
    {
        var names = Array.ConvertAll(Enum.GetNames<T>(), JsonNamingPolicy.SnakeCaseLower.ConvertName);
        return OneOf(field, names) is { } name ? Enum.GetValues<T>()[Array.IndexOf(names, name)] : null;
    }

    public bool? Flag(string field)
    {
        switch (Ask(field))
        {
            case null:
                return null;
            case ScalarNode { IsPlain: true, Value: "true" or "false" } node:
                return node.Value == "true";
            case { } node:
                ReportKind(Sink, node, "true or false, without quotes", PathOf(field));
                return null;
        }
    }

    public int? Integer(string field, int min, int max) => (int?)Number(field, min, max, integer: true);

    public decimal? Number(string field, decimal min, decimal max, bool belowMax = false) =>
        Number(field, min, max, integer: false, belowMax);

    private decimal? Number(string field, decimal min, decimal max, bool integer, bool belowMax = false)
    {
        if (Ask(field) is not { } node)
        {
            return null;
        }

        var style = integer ? NumberStyles.AllowLeadingSign : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        var range = $"{(integer ? "a whole number" : "a number")} from {Wording.Number(min)} to {(belowMax ? "below " : "")}{Wording.Number(max)}";
        if (node is not ScalarNode { IsPlain: true } scalar
            || !decimal.TryParse(scalar.Value, style, CultureInfo.InvariantCulture, out var number))
        {
            ReportKind(Sink, node, $"{range}, without quotes", PathOf(field));
            return null;
        }

        if (number < min || number > max || (belowMax && number == max))
        {
            Sink.Error(node.At, DiagnosticCodes.OutOfRange, $"{node.Describe()} in {PathOf(field)}", $"allowed: {range}");
            return null;
        }

        return number;
    }

    private T? Block<T>(string field, bool isRoot, Func<Fields, T?> read)
        where T : class
    {
        if (Ask(field) is not { } node)
        {
            return null;
        }

        if (node is not MappingNode mapping)
        {
            ReportKind(Sink, node, "a mapping", PathOf(field));
            return null;
        }

        var path = _prefix + field;
        return Read(mapping, _entries[field].At, path, read, isRoot);
    }

    private T Read<T>(MappingNode mapping, Position at, string path, Func<Fields, T> read, bool isRoot = false)
    {
        var block = new Fields(mapping, at, Wording.Field(path), isRoot ? string.Empty : $"{path}.", Sink);
        var result = read(block);
        block.ReportUnknown();
        return result;
    }

    private ImmutableArray<YamlNode> List(string field, int maxCount)
    {
        if (Ask(field) is not { } node)
        {
            return [];
        }

        if (node is not ListNode list)
        {
            ReportKind(Sink, node, "a list", PathOf(field));
            return [];
        }

        if (list.Items.Length < 1 || list.Items.Length > maxCount)
        {
            Sink.Error(
                node.At, DiagnosticCodes.WrongSize, $"a list of {list.Items.Length} in {PathOf(field)}", $"allowed: 1 to {maxCount} items");
            return [];
        }

        return list.Items;
    }

    private bool IsText(YamlNode node, string path)
    {
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            ReportKind(Sink, node, "text", path);
            return false;
        }

        if (string.IsNullOrWhiteSpace(scalar.Value) || scalar.Value.Length > MaxTextLength || scalar.Value.Any(char.IsControl))
        {
            Sink.Error(
                node.At, DiagnosticCodes.WrongSize, $"{node.Describe()} in {path}",
                $"allowed: 1 to {MaxTextLength} characters, not all blank, none of them a control character");
            return false;
        }

        return true;
    }

    private YamlNode? Ask(string field)
    {
        _asked.Add(field);
        return _entries.TryGetValue(field, out var entry) ? entry.Value : null;
    }

    private void ReportUnknown()
    {
        foreach (var entry in _entries.Values.Where(entry => !_asked.Contains(entry.Key, StringComparer.Ordinal)))
        {
            Sink.Error(
                entry.At, DiagnosticCodes.UnknownField, $"unknown field {Wording.Field(entry.Key)} in {_place}",
                Wording.Choices(entry.Key, _asked, Wording.Field));
        }
    }

    private static void ReportKind(DiagnosticSink sink, YamlNode node, string expected, string place)
    {
        if (node is not RefusedNode)
        {
            sink.Error(node.At, DiagnosticCodes.WrongKind, $"{node.Describe()} in {place}", $"allowed: {expected}");
        }
    }
}
