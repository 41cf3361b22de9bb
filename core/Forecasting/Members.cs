namespace Idp.Core.Forecasting;

/// <summary>What each member says, and how each learns. Every member sees the hour's shape that was valid before the hour came.</summary>
internal sealed class Members(ForecastOptions options, CohortProfiles profiles)
{
    public const int Count = 5;
    private const int Day = 24;
    private const int Week = 168;
    private const double MaxShape = 8;

    private readonly double[] _trendSum = TrendSums(options.TrendDamping);

    /// <returns>Observations before a member can say anything.</returns>
    public static int NeededHours(ForecastMember member) =>
        member is ForecastMember.SeasonalNaive or ForecastMember.HoltWinters ? Day : 1;

    /// <param name="target">The hour that is forecast; 1 to 168 hours after the origin.</param>
    /// <param name="distance">Hours between the origin and the target.</param>
    /// <param name="origin">Levels at the origin.</param>
    /// <param name="last">Demand of the origin's hour.</param>
    /// <param name="shape">The target hour's share by the profile.</param>
    public double Forecast(in SeriesState state, ForecastMember member, int target, int distance, in Origin origin, double last, double shape) =>
        member switch
        {
            ForecastMember.Naive => last,
            ForecastMember.SeasonalNaive => SameHour(state, target, SeasonOf(state)),
            ForecastMember.Ses => origin.Ses,
            ForecastMember.HoltWinters => Math.Max(0, origin.HoltWinters + (origin.Trend * _trendSum[Math.Min(distance, Week)]) + state.Season[target % Day]),
            ForecastMember.Profile => origin.Profile * shape,
            _ => throw new ArgumentOutOfRangeException(nameof(member), member, "Unknown member."),
        };

    public static Origin OriginOf(in SeriesState state) => new()
    {
        Ses = (ShortFloat)state.SesLevel,
        HoltWinters = (ShortFloat)state.HoltWintersLevel,
        Trend = (ShortFloat)state.HoltWintersTrend,
        Profile = (ShortFloat)ProfileLevel(state),
        Intermittent = (ShortFloat)(state.Probability * state.Size),
    };

    public static double ProfileLevel(in SeriesState state) => state.ProfileWeight > 0 ? state.ProfileDemand / state.ProfileWeight : 0;

    public static double CountAt(in SeriesState state, int hour) => state.Counts[hour % Week];

    public static double LastCount(in SeriesState state) => state.Observed == 0 ? 0 : CountAt(state, state.Hour);

    /// <returns>The hour's share of the level: the cohort's, bent to the object's own day.</returns>
    public double Shape(in SeriesState state, int hour) => CohortShape(state, hour) * state.Residual[hour % Day];

    /// <summary>Takes an hour's demand in.</summary>
    public void Learn(ref SeriesState state, int hour, double count)
    {
        LearnSeasonErrors(ref state, hour, count);
        LearnLevels(ref state, hour, count);
        LearnIntermittent(ref state, count);
        state.Counts[hour % Week] = (ShortFloat)count;
        state.Observed = (ushort)Math.Min(state.Observed + 1, ushort.MaxValue);
        state.Hour = hour;
        if (state.Observed == Day)
        {
            BeginSeason(ref state, hour);
        }

        state.Origins[hour % Day] = OriginOf(state);
    }

    /// <summary>Sets all levels to what the last hours say; seasons stay.</summary>
    public void JumpTo(ref SeriesState state, int hour, int hours)
    {
        var (demand, weight, season) = (0.0, 0.0, 0.0);
        for (var back = 0; back < hours; back++)
        {
            demand += CountAt(state, hour - back);
            weight += Shape(state, hour - back);
            season += state.Season[(hour - back) % Day];
        }

        state.SesLevel = (float)(demand / hours);
        state.HoltWintersLevel = (float)((demand - season) / hours);
        state.HoltWintersTrend = 0;
        state.ProfileDemand = (float)(demand / hours);
        state.ProfileWeight = (float)Math.Max(weight / hours, 1 / MaxShape);
        state.Size = (float)(demand / hours);
        state.Rate = state.ProfileDemand / state.ProfileWeight;
        state.Origins[hour % Day] = OriginOf(state);
    }

    private static int SeasonOf(in SeriesState state) => state.Observed >= Week && state.WeekError < state.DayError ? Week : Day;

    // The newest known hour that lies a whole number of seasons before the target.
    private static double SameHour(in SeriesState state, int target, int season)
    {
        var seasons = (target - state.Hour + season - 1) / season;
        return CountAt(state, target - (Math.Max(seasons, 1) * season));
    }

    private void LearnSeasonErrors(ref SeriesState state, int hour, double count)
    {
        if (state.Observed >= Week)
        {
            var smoothing = Smoothing(2.0 / (options.ErrorHours + 1), state.Observed - Week + 1);
            Approach(ref state.DayError, Math.Abs(count - CountAt(state, hour - Day)), smoothing);
            Approach(ref state.WeekError, Math.Abs(count - CountAt(state, hour - Week)), smoothing);
        }
    }

    private double CohortShape(in SeriesState state, int hour) => profiles.Shape(state.Cohort, state.Region, hour);

    private void LearnLevels(ref SeriesState state, int hour, double count)
    {
        var age = state.Observed + 1;
        Approach(ref state.SesLevel, count, Smoothing(options.SesSmoothing, age));
        LearnHoltWinters(ref state, hour % Day, count, age);

        var smoothing = Smoothing(options.LevelSmoothing, age);
        Approach(ref state.ProfileDemand, count, smoothing);
        Approach(ref state.ProfileWeight, Shape(state, hour), smoothing);
        if (age > Day)
        {
            // Against the week's rate, as seasonal indices are: the fast level swings with the very bursts whose hour is to be learned.
            LearnResidual(ref state, hour, count, state.Rate * CohortShape(state, hour), state.Observed / Day);
        }

        Approach(ref state.Rate, count, Smoothing(1 - Math.Pow(2, -1.0 / Week), age));
    }

    private void LearnHoltWinters(ref SeriesState state, int slot, double count, int age)
    {
        var before = state.HoltWintersLevel;
        var trend = options.TrendDamping * state.HoltWintersTrend;
        state.HoltWintersLevel += (float)trend;
        Approach(ref state.HoltWintersLevel, count - state.Season[slot], Smoothing(options.LevelSmoothing, age));
        var step = age == 1 ? 0 : state.HoltWintersLevel - before;
        state.HoltWintersTrend = (float)(trend + (options.TrendSmoothing * (step - trend)));
        if (age > Day)
        {
            Approach(ref state.Season[slot], count - state.HoltWintersLevel, options.SeasonSmoothing);
        }
    }

    // The cohort weighs as much as so many days, and each of the object's own as one; yet a week-old habit must be able to fade.
    private void LearnResidual(ref SeriesState state, int hour, double count, double expected, int days)
    {
        if (expected > 0)
        {
            var smoothing = Math.Max(1 / (days + 1 + options.ProfilePriorDays), options.ResidualSmoothing);
            Approach(ref state.Residual[hour % Day], Math.Min(count / expected, MaxShape), smoothing);
        }
    }

    private void LearnIntermittent(ref SeriesState state, double count)
    {
        var age = state.Observed + 1;
        Approach(ref state.FilledShare, count > 0 ? 1 : 0, Smoothing(2.0 / (Week + 1), age));
        Approach(ref state.Probability, count > 0 ? 1 : 0, Smoothing(options.ProbabilitySmoothing, age));
        if (count > 0)
        {
            Approach(ref state.Size, count, state.Size > 0 ? options.SizeSmoothing : 1);
        }
    }

    // The first day is known now: its mean is the level, and what each hour differs from it the season.
    private void BeginSeason(ref SeriesState state, int hour)
    {
        var mean = 0.0;
        for (var back = 0; back < Day; back++)
        {
            mean += CountAt(state, hour - back) / Day;
        }

        for (var back = 0; back < Day; back++)
        {
            var count = CountAt(state, hour - back);
            state.Season[(hour - back) % Day] = (float)(count - mean);
            LearnResidual(ref state, hour - back, count, mean * CohortShape(state, hour - back), days: 0);
        }

        state.HoltWintersLevel = (float)mean;
        state.HoltWintersTrend = 0;
    }

    // A plain mean until there are enough values to forget the oldest.
    private static double Smoothing(double factor, int values) => Math.Max(factor, 1.0 / values);

    private static void Approach(ref float estimate, double value, double smoothing) => estimate += (float)((value - estimate) * smoothing);

    private static double[] TrendSums(double damping)
    {
        var sums = new double[Week + 1];
        for (var (hours, term) = (1, damping); hours <= Week; hours++, term *= damping)
        {
            sums[hours] = sums[hours - 1] + term;
        }

        return sums;
    }
}
