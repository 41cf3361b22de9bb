using System.Runtime.CompilerServices;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>The name of a step in a trace; costs nothing while nobody traces.</summary>
[InterpolatedStringHandler]
internal ref struct StepLabel
{
    private DefaultInterpolatedStringHandler _text;

    public StepLabel(int literalLength, int formattedCount, Successors receiver, out bool isEnabled)
    {
        isEnabled = receiver.IsTracing;
        _text = isEnabled ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public override string ToString() => _text.ToString();
}
