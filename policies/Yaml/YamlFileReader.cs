using System.Collections.Immutable;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Idp.Policies.Yaml;

/// <summary>Reads one YAML document into nodes that know where they stand, within <see cref="YamlLimits"/>.</summary>
/// <remarks>
/// Stricter than YAML: no anchors, aliases, tags, keys other than text, or second document.
/// Reads parsing events rather than objects, so nothing in a file can name a type or grow when expanded.
/// </remarks>
internal sealed class YamlFileReader
{
    private readonly Parser _parser;
    private readonly DiagnosticSink _sink;
    private int _nodes;

    private YamlFileReader(string text, DiagnosticSink sink)
    {
        _parser = new Parser(new StringReader(text));
        _sink = sink;
    }

    /// <returns>The document, or null when no document can be made of the text; the reason is in <paramref name="sink"/>.</returns>
    public static YamlNode? Read(string text, DiagnosticSink sink)
    {
        if (Encoding.UTF8.GetByteCount(text) is var bytes && bytes > YamlLimits.MaxBytes)
        {
            ReportTooLarge(bytes, sink);
            return null;
        }

        var reader = new YamlFileReader(text, sink);
        try
        {
            return reader.ReadDocument();
        }
        catch (RefusedException)
        {
            return null;
        }
        catch (YamlException e)
        {
            sink.Error(PositionOf(e.Start), DiagnosticCodes.Syntax, $"not valid YAML: {e.Message}");
            return null;
        }
        catch (Exception)
        {
            // For some broken texts YamlDotNet throws whatever its scanner ran into, without a place:
            // ArgumentOutOfRangeException, InvalidOperationException, EndOfStreamException and others.
            sink.Error(reader.Here, DiagnosticCodes.Syntax, "not valid YAML: what follows this cannot be read");
            return null;
        }
    }

    public static void ReportTooLarge(long bytes, DiagnosticSink sink) =>
        sink.Error(
            Position.Start, DiagnosticCodes.TooLarge,
            $"the file has {bytes} bytes", $"allowed: at most {YamlLimits.MaxBytes}");

    private Position Here => _parser.Current is { } current ? PositionOf(current.Start) : Position.Start;

    private YamlNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            _sink.Error(Position.Start, DiagnosticCodes.Empty, "the file is empty");
            return null;
        }

        var root = ReadNode(depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _sink.Error(
                PositionOf(second.Start), DiagnosticCodes.SeveralDocuments,
                "a second document begins here", "allowed: one document a file");
        }

        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        var node = _parser.Consume<ParsingEvent>();
        var at = PositionOf(node.Start);
        if (++_nodes > YamlLimits.MaxNodes)
        {
            throw Refuse(at, DiagnosticCodes.TooManyNodes, "the file has too many values", $"allowed: at most {YamlLimits.MaxNodes}");
        }

        CheckProperties(node, at);
        switch (node)
        {
            case Scalar scalar:
                return new ScalarNode(at, scalar.Value, scalar.Style == ScalarStyle.Plain);
            case AnchorAlias alias:
                _sink.Error(at, DiagnosticCodes.Anchor, $"alias {Wording.Value($"*{alias.Value}")}", "allowed: the value itself, written out");
                return new RefusedNode(at);
        }

        if (depth == YamlLimits.MaxDepth)
        {
            throw Refuse(at, DiagnosticCodes.TooDeep, "values are nested too deep here", $"allowed: at most {YamlLimits.MaxDepth} levels");
        }

        return node is SequenceStart ? ReadList(at, depth + 1) : ReadMapping(at, depth + 1);
    }

    private ListNode ReadList(Position at, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth));
        }

        return new ListNode(at, items.ToImmutable());
    }

    private MappingNode ReadMapping(Position at, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<MappingEntry>();
        var firstAt = new Dictionary<string, Position>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth);
            var value = ReadNode(depth);
            if (key is not ScalarNode { Value: var name })
            {
                _sink.Error(key.At, DiagnosticCodes.WrongKind, $"{key.Describe()} stands where a field name belongs");
            }
            else if (!firstAt.TryAdd(name, key.At))
            {
                _sink.Error(key.At, DiagnosticCodes.DuplicateField, $"field {Wording.Field(name)} was already given at {firstAt[name]}");
            }
            else
            {
                entries.Add(new MappingEntry(key.At, name, value));
            }
        }

        return new MappingNode(at, entries.ToImmutable());
    }

    private void CheckProperties(ParsingEvent parsed, Position at)
    {
        if (parsed is not NodeEvent node)
        {
            return;
        }

        if (!node.Anchor.IsEmpty)
        {
            _sink.Error(at, DiagnosticCodes.Anchor, $"anchor {Wording.Value($"&{node.Anchor.Value}")}", "allowed: the value itself, written out");
        }

        if (!node.Tag.IsEmpty)
        {
            _sink.Error(at, DiagnosticCodes.Tag, $"tag {Wording.Value(node.Tag.ToString())}", "allowed: the value itself, without a tag");
        }
    }

    private RefusedException Refuse(Position at, string code, string message, string hint)
    {
        _sink.Error(at, code, message, hint);
        return new RefusedException();
    }

    private static Position PositionOf(Mark mark) => new((int)mark.Line, (int)mark.Column);

    // Leaves the recursion; what was wrong has been reported by then.
    private sealed class RefusedException() : YamlException("refused");
}
