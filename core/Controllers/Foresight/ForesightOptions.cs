using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Controllers.Foresight;

/// <summary>Which objects are planned ahead of their demand, and when such a plan leads.</summary>
public sealed class ForesightOptions
{
    public const string Section = "Controllers:Foresight";

    /// <summary>Whether anything is planned ahead; without it placement follows demand alone.</summary>
    /// <value>Default true.</value>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Least demand of an object worth planning for: below it so many hours are empty that their pattern is chance.</summary>
    /// <remarks>What is planned for stays so until a quarter is left of it.</remarks>
    /// <value>Default 48 operations per day: at two an hour, one hour in seven is empty by chance. From 1 to 1,000,000,000.</value>
    [Range(1.0, 1_000_000_000.0)]
    public double MinOperationsPerDay { get; set; } = 48;

    /// <summary>Most objects that are planned for, the busiest of them.</summary>
    /// <remarks>One costs about a millisecond of processor an hour and some kilobytes of state in the control database.</remarks>
    /// <value>Default 2,000. From 1 to 20,000.</value>
    [Range(1, 20_000)]
    public int MaxObjects { get; set; } = 2_000;

    /// <summary>How long an object is watched before a plan may lead it: two days show a daily pattern twice.</summary>
    /// <value>Default 48 hours. From 1 hour to 90 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan WarmUp { get; set; } = TimeSpan.FromHours(48);

    /// <summary>Share of hours with any demand below which an object is left to placement: single bursts have no hours to plan for.</summary>
    /// <value>Default 0.125, three hours a day. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinFilledShare { get; set; } = 0.125;

    /// <summary>By which share plans may have cost more than staying before they no longer lead.</summary>
    /// <remarks>Copies are paid before they earn. What has lost the lead gets it back once plans cost no more than staying.</remarks>
    /// <value>Default 0.05. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaxLoss { get; set; } = 0.05;
}
