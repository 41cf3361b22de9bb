namespace Idp.Core.Forecasting;

/// <summary>What it costs to have prepared for one demand and met another.</summary>
public interface IForecastCost
{
    /// <returns>US dollars of one hour; least where <paramref name="planned"/> equals <paramref name="actual"/>.</returns>
    double Usd(double planned, double actual);
}
