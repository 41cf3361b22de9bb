namespace Idp.Core.Decisions;

/// <summary>What waiting costs.</summary>
public interface ILatencyValue
{
    /// <returns>Revenue lost by one operation that waits <paramref name="ms"/> milliseconds, in US dollars; never falls as the wait grows.</returns>
    double LostUsd(double ms);
}
