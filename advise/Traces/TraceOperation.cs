using System.Collections.Frozen;

namespace Idp.Advise.Traces;

/// <summary>Words for reading and writing.</summary>
internal static class TraceOperation
{
    public const string Rule = "a word such as read, get, select, write, put, insert, update or delete";

    private static readonly FrozenDictionary<string, bool> IsWriteByWord = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase)
    {
        ["read"] = false, ["r"] = false, ["get"] = false, ["select"] = false, ["head"] = false, ["find"] = false, ["query"] = false, ["scan"] = false,
        ["list"] = false, ["fetch"] = false, ["mget"] = false, ["hget"] = false, ["hgetall"] = false, ["getmore"] = false, ["aggregate"] = false,
        ["count"] = false, ["options"] = false, ["with"] = false, ["exists"] = false,
        ["write"] = true, ["w"] = true, ["put"] = true, ["post"] = true, ["insert"] = true, ["update"] = true, ["delete"] = true, ["patch"] = true,
        ["upsert"] = true, ["merge"] = true, ["set"] = true, ["hset"] = true, ["del"] = true, ["incr"] = true, ["remove"] = true, ["create"] = true,
        ["replace"] = true, ["copy"] = true, ["truncate"] = true, ["findandmodify"] = true, ["bulkwrite"] = true, ["insertmany"] = true,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>> Lookup = IsWriteByWord.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads the first word of a text: an operation, an HTTP method or a statement.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out bool isWrite)
    {
        text = text.Trim();
        var end = text.IndexOfAny(' ', '\t', '\n');
        return Lookup.TryGetValue(end < 0 ? text : text[..end], out isWrite);
    }
}
