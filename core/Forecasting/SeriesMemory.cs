using System.Runtime.CompilerServices;

namespace Idp.Core.Forecasting;

/// <summary>Levels at the end of an hour; what each member would have forecast from there is made of them again when the errors are known.</summary>
internal struct Origin
{
    public ShortFloat Ses;
    public ShortFloat HoltWinters;
    public ShortFloat Trend;
    public ShortFloat Profile;
    public ShortFloat Intermittent;
}

[InlineArray(24)]
internal struct DayOfOrigins
{
    private Origin _first;
}

[InlineArray(168)]
internal struct WeekOfCounts
{
    private ShortFloat _first;
}

[InlineArray(24)]
internal struct HoursOfDay
{
    private float _first;
}

/// <summary>One number for each <see cref="ForecastMember"/> and <see cref="Horizons"/> bucket.</summary>
[InlineArray(Horizons.Count * 5)]
internal struct MemberErrors
{
    private float _first;
}

[InlineArray(Horizons.Count)]
internal struct PerHorizon
{
    private float _first;
}
