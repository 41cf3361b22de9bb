namespace Idp.Core.Forecasting;

/// <summary>Forecasts series that rarely have demand: the chance of any, times what there is when there is some, times the cohort's hour.</summary>
/// <remarks>TSB lets the chance fade with every empty hour, so that dead objects are seen to be dead (Teunter, Syntetos and Babai, 2011).</remarks>
public sealed class QuietForecaster(ForecastOptions options, CohortProfiles profiles)
{
    private const int Week = 168;

    /// <summary>Begins a series at an hour before anything is known.</summary>
    /// <param name="hour">Hours since the Unix epoch of the first observation to come.</param>
    public static QuietState Start(int cohort, int region, int hour) =>
        new() { Hour = hour - 1, Cohort = checked((ushort)cohort), Region = checked((byte)region) };

    /// <summary>Takes in an hour's count. Hours left out had no demand.</summary>
    /// <param name="hour">Hours since the Unix epoch, after <see cref="QuietState.LastHour"/>.</param>
    /// <param name="count">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The hour is not after the last one.</exception>
    public ForecastOutcome Observe(ref QuietState state, int hour, double count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(hour, state.Hour);
        Fade(ref state, hour - state.Hour - 1);
        state.Hour = hour - 1;
        var outcome = new ForecastOutcome(Forecast(state, 1), Naive: 0, count, Shape(state, count), Warning: null);
        Learn(ref state, count);
        state.Hour = hour;
        return outcome;
    }

    /// <summary>Forecasts the hours after the last observation, one point an hour.</summary>
    /// <param name="points">At most 168.</param>
    public void Forecast(in QuietState state, Span<ForecastPoint> points)
    {
        for (var ahead = 1; ahead <= points.Length; ahead++)
        {
            points[ahead - 1] = Forecast(state, ahead);
        }
    }

    /// <param name="ahead">Hours after the last observation; from 1 to 168.</param>
    public ForecastPoint Forecast(in QuietState state, int ahead)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ahead, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ahead, Week);
        var shape = profiles.Shape(state.Cohort, state.Region, state.Hour + ahead);
        var level = state.Observed == 0 ? profiles.Rate(state.Cohort, state.Region) : state.Probability * (double)state.Size;
        return new ForecastPoint(level * shape, Exceeded(state, 0.5), Exceeded(state, 0.1));
    }

    // What is exceeded with a given chance when filled hours are exponentially distributed.
    private static double Exceeded(in QuietState state, double chance) =>
        state.Probability > chance ? state.Size * Math.Log(state.Probability / chance) : 0;

    private static double Shape(in QuietState state, double count) =>
        state.Probability * state.Size is > 0 and var level ? count / level : 0;

    private void Fade(ref QuietState state, int emptyHours)
    {
        if (emptyHours > 0)
        {
            state.Probability *= (float)Math.Pow(1 - options.ProbabilitySmoothing, emptyHours);
            state.Observed = (byte)Math.Min(state.Observed + emptyHours, byte.MaxValue);
        }
    }

    private void Learn(ref QuietState state, double count)
    {
        state.Observed = (byte)Math.Min(state.Observed + 1, byte.MaxValue);
        var chance = Math.Max(options.ProbabilitySmoothing, 1.0 / state.Observed);
        state.Probability += (float)(((count > 0 ? 1 : 0) - state.Probability) * chance);
        if (count > 0)
        {
            state.Size += (float)((count - state.Size) * (state.Size > 0 ? options.SizeSmoothing : 1));
        }
    }
}
