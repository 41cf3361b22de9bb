namespace Idp.Cli.Output;

/// <summary>Tells each step at once, in order; <see cref="Progress{T}"/> would tell it later, from another thread.</summary>
internal sealed class LineProgress(TextWriter talk) : IProgress<string>
{
    public void Report(string value) => talk.WriteLine($"idp: {value}");
}
