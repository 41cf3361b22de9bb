using System.Globalization;
using System.Text;
using static Idp.Advise.Html.Markup;

namespace Idp.Advise.Html;

/// <summary>One drawing. Colours and fonts come from the page's classes, so that light and dark need no second drawing.</summary>
internal sealed class Svg(double width, double height, string title)
{
    private readonly StringBuilder _body = new();

    public Svg Line(double x1, double y1, double x2, double y2, string style) =>
        Add($"<line class=\"{style}\" x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"/>");

    /// <param name="tip">Shown when pointed at; none when empty.</param>
    public Svg Rectangle(double x, double y, double width, double height, string style, string tip = "") =>
        Add($"<rect class=\"{style}\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(Math.Max(0, width))}\" height=\"{N(Math.Max(0, height))}\" rx=\"2\">{Tip(tip)}</rect>");

    public Svg Circle(double x, double y, double radius, string style, string tip = "") =>
        Add($"<circle class=\"{style}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\">{Tip(tip)}</circle>");

    public Svg Path(IEnumerable<(double X, double Y)> points, string style, bool isClosed = false) =>
        Add($"<path class=\"{style}\" d=\"M{string.Join('L', points.Select(point => $"{N(point.X)} {N(point.Y)}"))}{(isClosed ? "Z" : string.Empty)}\"/>");

    /// <param name="anchor">start, middle or end.</param>
    public Svg Text(double x, double y, string text, string style = "t", string anchor = "start") =>
        Add($"<text class=\"{style}\" x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\">{Escape(text)}</text>");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg viewBox=\"0 0 {N(width)} {N(height)}\" role=\"img\" aria-label=\"{Escape(title)}\"><title>{Escape(title)}</title>{_body}</svg>");

    private static string Tip(string tip) => tip.Length == 0 ? string.Empty : $"<title>{Escape(tip)}</title>";

    private Svg Add(string element)
    {
        _body.Append(element);
        return this;
    }
}
