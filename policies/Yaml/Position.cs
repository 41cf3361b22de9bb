namespace Idp.Policies.Yaml;

/// <summary>A place in a file; both numbers count from 1.</summary>
internal readonly record struct Position(int Line, int Column)
{
    public static Position Start => new(1, 1);

    public override string ToString() => $"{Line}:{Column}";
}
