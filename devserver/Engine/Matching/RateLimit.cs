using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Matching;

/// <summary>How many tasks a second a queue gives out, and who says so.</summary>
internal readonly record struct RateLimit(double PerSecond, RateLimitSource Source);
