namespace Idp.Policies.Yaml;

/// <summary>What a file may cost to read. Policies are small; these are far above any real one.</summary>
internal static class YamlLimits
{
    public const int MaxBytes = 1024 * 1024;
    public const int MaxDepth = 32;
    public const int MaxNodes = 50_000;
}
