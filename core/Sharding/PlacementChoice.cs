using System.Collections.Immutable;

namespace Idp.Core.Sharding;

/// <summary>Why one object is where a fleet plan puts it.</summary>
/// <param name="Object">Its index in the problem.</param>
/// <param name="Together">Indexes of all objects that are placed with it, itself included, ascending.</param>
/// <param name="Chosen">What the plan chose; costs are those of all objects together.</param>
/// <param name="RunnerUp">The cheapest other choice at the plan's prices; null when compliance leaves only one.</param>
/// <param name="MarginUsdPerDay">
/// What the runner-up costs more, scarcity included. Negative when a limit keeps the object from a choice that is cheaper at
/// the plan's prices: the runner-up is then that choice.
/// </param>
/// <param name="Regions">Each region's part, in the problem's order.</param>
/// <param name="Flips">
/// The least changes, each alone, after which another choice is cheapest at the plan's prices; nearest first, at most
/// eight; empty when the margin is negative.
/// </param>
public sealed record PlacementChoice(
    int Object,
    ImmutableArray<int> Together,
    SiteChoice Chosen,
    SiteChoice? RunnerUp,
    decimal MarginUsdPerDay,
    ImmutableArray<RegionVerdict> Regions,
    ImmutableArray<ChoiceFlip> Flips);
