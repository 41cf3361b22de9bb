namespace Idp.Core.Forecasting;

/// <summary>Forecasts hourly counts of one series from a state of fixed size.</summary>
/// <remarks>
/// Five members (<see cref="ForecastMember"/>) are weighed by 1 ÷ MAE⁴ of about 72 hours, apart for each distance, and combined by the mean of the
/// middle half of their weight (<see cref="Combination"/>). Combinations won the M4 competition (Makridakis et al., 2020).
/// Pure and deterministic; reads the profiles and changes the state alone; allocates nothing.
/// </remarks>
public sealed class HourlyForecaster(ForecastOptions options, CohortProfiles profiles)
{
    private const int Week = 168;
    private const int JumpHours = 3;
    private const int SurpriseBucket = 2;
    private const double QuantileStep = 0.05;
    private const double Gaussian90 = 1.6; // 0.9 quantile over the mean absolute error of a normal distribution; where learning begins.

    private readonly Members _members = new(options, profiles);
    private readonly AccuracyWatch _watch = new(options);

    /// <summary>Begins a series at an hour before anything is known.</summary>
    /// <param name="cohort">Whose profile it shares until it has shown its own.</param>
    /// <param name="hour">Hours since the Unix epoch of the first observation to come; not before the epoch.</param>
    public static SeriesState Start(int cohort, int region, int hour)
    {
        var state = new SeriesState { Hour = hour - 1, JumpHour = int.MinValue, Cohort = checked((ushort)cohort), Region = checked((ushort)region) };
        ((Span<float>)state.Residual).Fill(1);
        ((Span<float>)state.Quantile90).Fill((float)Gaussian90);
        return state;
    }

    /// <summary>Begins a series that has outgrown its quiet state, keeping what that has learned.</summary>
    public static SeriesState Start(in QuietState quiet)
    {
        var state = Start(quiet.Cohort, quiet.Region, quiet.Hour + 1);
        state.Probability = quiet.Probability;
        state.FilledShare = quiet.Probability;
        state.Size = quiet.Size;
        state.Rate = quiet.Probability * quiet.Size;
        return state;
    }

    /// <summary>Takes in an hour's count. Hours left out had no demand.</summary>
    /// <param name="hour">Hours since the Unix epoch, after <see cref="SeriesState.LastHour"/>.</param>
    /// <param name="count">At least 0.</param>
    /// <param name="cost">Prices the regret; null when decisions on this series have no price.</param>
    /// <returns>What had been forecast for it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The hour is not after the last one.</exception>
    public ForecastOutcome Observe(ref SeriesState state, int hour, double count, IForecastCost? cost = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(hour, state.Hour);
        state.Hour = Math.Max(state.Hour, hour - Week - 1); // After a week of silence all that is remembered is silence.
        while (state.Hour < hour - 1)
        {
            ObserveNext(ref state, 0, cost);
        }

        return ObserveNext(ref state, count, cost);
    }

    /// <summary>Passes over hours whose telemetry was lost: nothing is learned, and the forecast stands in for what is not known.</summary>
    /// <param name="hour">The last hour that is not known.</param>
    public void Skip(ref SeriesState state, int hour)
    {
        state.Hour = Math.Max(state.Hour, hour - Week);
        while (state.Hour < hour)
        {
            var next = state.Hour + 1;
            state.Counts[next % Week] = (ShortFloat)Forecast(state, 1).Mean;
            state.Origins[next % Horizons.Farthest] = Members.OriginOf(state);
            state.Hour = next;
        }
    }

    /// <summary>Forecasts the hours after the last observation, one point an hour.</summary>
    /// <param name="points">At most 168.</param>
    public void Forecast(in SeriesState state, Span<ForecastPoint> points)
    {
        for (var ahead = 1; ahead <= points.Length; ahead++)
        {
            points[ahead - 1] = Forecast(state, ahead);
        }
    }

    /// <param name="ahead">Hours after the last observation; from 1 to 168.</param>
    public ForecastPoint Forecast(in SeriesState state, int ahead)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ahead, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ahead, Week);
        var bucket = Horizons.BucketOf(ahead);
        return Point(state, bucket, Blend(state, bucket, state.Hour + ahead, ahead, Members.OriginOf(state), Members.LastCount(state)));
    }

    /// <returns>What one member alone says, in operations per hour; null before it can say anything.</returns>
    /// <param name="ahead">Hours after the last observation; from 1 to 168.</param>
    public double? Forecast(in SeriesState state, ForecastMember member, int ahead)
    {
        var target = state.Hour + ahead;
        return state.Observed < Members.NeededHours(member)
            ? null
            : _members.Forecast(state, member, target, ahead, Members.OriginOf(state), Members.LastCount(state), _members.Shape(state, target));
    }

    private ForecastOutcome ObserveNext(ref SeriesState state, double count, IForecastCost? cost)
    {
        var hour = state.Hour + 1;
        if (state.Observed == 0)
        {
            var expected = Forecast(state, 1);
            _members.Learn(ref state, hour, count);
            return new ForecastOutcome(expected, Naive: 0, count, Shape: 0, Warning: null);
        }

        var outcome = new ForecastOutcome(
            Forecast(state, 1),
            Members.LastCount(state),
            count,
            state.Rate > 0 ? count / state.Rate : 0,
            Warning: null);
        var warning = _watch.Observe(ref state, hour, outcome, Surprise(state, hour, count), cost);
        LearnErrors(ref state, hour, count);
        _members.Learn(ref state, hour, count);
        if (warning is { Kind: ForecastWarningKind.LevelJump })
        {
            _members.JumpTo(ref state, hour, JumpHours);
        }

        return outcome with { Warning = warning };
    }

    // How far demand is from what was forecast four hours before, in mean absolute errors of that distance: the forecast of an hour
    // before has often followed a jump half way already.
    private double Surprise(in SeriesState state, int hour, double count)
    {
        var distance = Horizons.DistanceAt(SurpriseBucket, hour);
        if (state.Observed < Horizons.Farthest || state.BlendErrors[SurpriseBucket] <= 0)
        {
            return 0;
        }

        var blend = Blend(
            state, SurpriseBucket, hour, distance, state.Origins[(hour - distance) % Horizons.Farthest], Members.CountAt(state, hour - distance));
        return (count - blend) / state.BlendErrors[SurpriseBucket];
    }

    private void LearnErrors(ref SeriesState state, int hour, double count)
    {
        for (var bucket = 0; bucket < Horizons.Count; bucket++)
        {
            var distance = Horizons.DistanceAt(bucket, hour);
            if (state.Observed < distance)
            {
                continue;
            }

            var origin = state.Origins[(hour - distance) % Horizons.Farthest];
            var last = Members.CountAt(state, hour - distance);
            LearnQuantiles(ref state, bucket, Blend(state, bucket, hour, distance, origin, last), count);
            for (var member = ForecastMember.Naive; member <= ForecastMember.Profile; member++)
            {
                if (Errors(state, member, bucket) is >= 0 and var errors)
                {
                    var forecast = _members.Forecast(state, member, hour, distance, origin, last, _members.Shape(state, hour));
                    Approach(ref state.Errors[(bucket * Members.Count) + (int)member], Math.Abs(count - forecast), Smoothing(errors + 1));
                }
            }
        }
    }

    // In units of the mean absolute error, so that a quantile learned in a quiet week holds in a loud one (pinball descent, as in Gibbs and Candès, 2021).
    private void LearnQuantiles(ref SeriesState state, int bucket, double blend, double count)
    {
        var point = Point(state, bucket, blend);
        state.Quantile50[bucket] += (float)(QuantileStep * (count > point.P50 ? 0.5 : -0.5));
        state.Quantile90[bucket] += (float)(QuantileStep * (count > point.P90 ? 0.9 : -0.1));
        Approach(ref state.BlendErrors[bucket], Math.Abs(count - blend), Smoothing(state.Observed - Horizons.DistanceAt(bucket, Horizons.Farthest) + 1));
    }

    private double Blend(in SeriesState state, int bucket, int target, int distance, in Origin origin, double last)
    {
        var shape = _members.Shape(state, target);
        if (state.Observed == 0)
        {
            return profiles.Rate(state.Cohort, state.Region) * profiles.Shape(state.Cohort, state.Region, target);
        }

        if (state.FilledShare < options.IntermittentBelow)
        {
            return origin.Intermittent * shape;
        }

        Span<double> forecasts = stackalloc double[Members.Count];
        Span<double> weights = stackalloc double[Members.Count];
        for (var member = ForecastMember.Naive; member <= ForecastMember.Profile; member++)
        {
            weights[(int)member] = Weight(state, member, bucket);
            forecasts[(int)member] = weights[(int)member] > 0 ? _members.Forecast(state, member, target, distance, origin, last, shape) : 0;
        }

        return Combination.InterquartileMean(forecasts, weights);
    }

    private double Weight(in SeriesState state, ForecastMember member, int bucket)
    {
        // Until errors have been seen at every hour of a day, those that need no day of their own speak alike.
        if (Errors(state, ForecastMember.Naive, bucket) < options.MinErrors)
        {
            return Members.NeededHours(member) == 1 ? 1 : 0;
        }

        var smallest = 1e-6 * (1 + state.Rate);
        return Errors(state, member, bucket) < options.MinErrors
            ? 0
            : Math.Pow((1 + state.Rate) / (state.Errors[(bucket * Members.Count) + (int)member] + smallest), options.WeightPower);
    }

    // Errors seen so far; negative while the member could say nothing at the bucket's distance. A day ago is known at any distance within a day.
    private static int Errors(in SeriesState state, ForecastMember member, int bucket) =>
        state.Observed - Members.NeededHours(member) + 1
            - (member is ForecastMember.SeasonalNaive ? 1 : Horizons.DistanceAt(bucket, Horizons.Farthest - 1));

    private static ForecastPoint Point(in SeriesState state, int bucket, double mean)
    {
        var p50 = Math.Max(0, mean + (state.Quantile50[bucket] * state.BlendErrors[bucket]));
        return new ForecastPoint(mean, p50, Math.Max(p50, mean + (state.Quantile90[bucket] * state.BlendErrors[bucket])));
    }

    private double Smoothing(int values) => Math.Max(2.0 / (options.ErrorHours + 1), 1.0 / Math.Max(1, values));

    private static void Approach(ref float estimate, double value, double smoothing) => estimate += (float)((value - estimate) * smoothing);
}
