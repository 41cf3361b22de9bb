namespace Idp.Core.Forecasting;

/// <summary>Keeps a series' scores and says when its forecasts deserve less trust.</summary>
internal sealed class AccuracyWatch(ForecastOptions options)
{
    private const int Day = 24;
    private const int Week = 168;
    private const double KeepDay = 1 - (2.0 / (Day + 1));
    private const double KeepWeek = 1 - (2.0 / (Week + 1));
    private const double Allowance = 0.5; // Of the CUSUM, in standard deviations: tuned to find a shift of one.
    private const double MaxStep = 3;
    private const double SigmaPerMae = 1.25;
    private const ushort DriftRaised = 1;
    private const ushort AccuracyLossRaised = 2;

    /// <param name="state">Before it has learned the hour.</param>
    /// <param name="surprise">The hour's error in mean absolute errors; 0 while they are not known.</param>
    /// <returns>At most one warning: a jump explains the others.</returns>
    public ForecastWarning? Observe(ref SeriesState state, int hour, in ForecastOutcome outcome, double surprise, IForecastCost? cost)
    {
        state.Recent.Add(outcome, KeepWeek, cost);
        var error = outcome.Actual - outcome.Forecast.Mean;
        var smoothing = 2.0 / (options.ErrorHours + 1);
        state.SignedError += (float)((error - state.SignedError) * smoothing);
        state.AbsoluteError += (float)((Math.Abs(error) - state.AbsoluteError) * smoothing);
        state.ShortError = (float)((state.ShortError * KeepDay) + Math.Abs(error));
        state.ShortDemand = (float)((state.ShortDemand * KeepDay) + outcome.Actual);
        return Jump(ref state, hour, outcome, surprise) ?? Drift(ref state, hour) ?? AccuracyLoss(ref state, hour);
    }

    private ForecastWarning? Jump(ref SeriesState state, int hour, in ForecastOutcome outcome, double surprise)
    {
        var step = Math.Clamp(surprise / SigmaPerMae, -MaxStep, MaxStep);
        state.JumpUp = (float)Math.Max(0, state.JumpUp + step - Allowance);
        state.JumpDown = (float)Math.Max(0, state.JumpDown - step - Allowance);
        if (state.JumpUp < options.JumpLimit && state.JumpDown < options.JumpLimit)
        {
            return null;
        }

        (state.JumpUp, state.JumpDown, state.JumpHour) = (0, 0, hour);
        var expected = outcome.Forecast.Mean;
        return new ForecastWarning(ForecastWarningKind.LevelJump, hour, expected > 0 ? outcome.Actual / expected : double.PositiveInfinity, options.JumpLimit);
    }

    private ForecastWarning? Drift(ref SeriesState state, int hour)
    {
        var signal = state.AbsoluteError > 0 ? state.SignedError / state.AbsoluteError : 0;
        return Rises(ref state, DriftRaised, state.Observed >= options.ErrorHours && Math.Abs(signal) > options.DriftLimit)
            ? new ForecastWarning(ForecastWarningKind.Drift, hour, signal, options.DriftLimit)
            : null;
    }

    private ForecastWarning? AccuracyLoss(ref SeriesState state, int hour)
    {
        var lately = state.ShortDemand > 0 ? state.ShortError / state.ShortDemand : 0;
        var limit = (state.Recent.Wape ?? 0) * options.AccuracyLimit;
        return Rises(ref state, AccuracyLossRaised, state.Observed >= Week && lately > limit)
            ? new ForecastWarning(ForecastWarningKind.AccuracyLoss, hour, lately, limit)
            : null;
    }

    private static bool Rises(ref SeriesState state, ushort flag, bool isAbove)
    {
        var wasAbove = (state.RaisedWarnings & flag) != 0;
        state.RaisedWarnings = (ushort)(isAbove ? state.RaisedWarnings | flag : state.RaisedWarnings & ~flag);
        return isAbove && !wasAbove;
    }
}
