using Idp.Core.Forecasting;

namespace Idp.Core.Controllers.Foresight;

/// <summary>Why forecasts of one object's demand from one region deserve less trust.</summary>
public sealed record ForesightWarning(ObjectId Object, RegionId Caller, ForecastWarning Warning);
