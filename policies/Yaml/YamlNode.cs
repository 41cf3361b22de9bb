using System.Collections.Immutable;

namespace Idp.Policies.Yaml;

/// <summary>A value in a YAML file, and where it stands.</summary>
internal abstract record YamlNode(Position At)
{
    /// <summary>The value as diagnostics call it.</summary>
    public abstract string Describe();
}

/// <param name="IsPlain">Written without quotes, so <c>90</c> is a number, <c>true</c> a flag and nothing at all is null.</param>
internal sealed record ScalarNode(Position At, string Value, bool IsPlain) : YamlNode(At)
{
    public bool IsNull => IsPlain && Value is "" or "~" or "null";

    public override string Describe() => IsNull ? "nothing" : Wording.Value(Value);
}

internal sealed record ListNode(Position At, ImmutableArray<YamlNode> Items) : YamlNode(At)
{
    public override string Describe() => "a list";
}

internal sealed record MappingNode(Position At, ImmutableArray<MappingEntry> Entries) : YamlNode(At)
{
    public override string Describe() => "a mapping";
}

internal sealed record MappingEntry(Position At, string Key, YamlNode Value);

/// <summary>Stands where an alias stood. It was reported there, so readers say nothing more about it.</summary>
internal sealed record RefusedNode(Position At) : YamlNode(At)
{
    public override string Describe() => "an alias";
}
