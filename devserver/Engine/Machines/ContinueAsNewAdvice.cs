using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Whether a run has become so long that its workflow should go on in a new one, and why.</summary>
internal static class ContinueAsNewAdvice
{
    public static (bool Suggest, int[] Reasons) Of(Transition t)
    {
        var (state, limits) = (t.State, t.Limits);
        var reasons = new List<int>();
        if (state.HistoryBytes >= limits.SuggestContinueAsNewBytes)
        {
            reasons.Add((int)SuggestContinueAsNewReason.HistorySizeTooLarge);
        }

        if (state.NextEventId >= limits.SuggestContinueAsNewEvents)
        {
            reasons.Add((int)SuggestContinueAsNewReason.TooManyHistoryEvents);
        }

        if (state.AcceptedUpdates >= limits.SuggestContinueAsNewUpdates)
        {
            reasons.Add((int)SuggestContinueAsNewReason.TooManyUpdates);
        }

        return (reasons.Count > 0, [.. reasons]);
    }
}
