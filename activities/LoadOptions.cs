using System.ComponentModel.DataAnnotations;

namespace Idp.Activities;

/// <summary>How the load of the regions' servers is measured.</summary>
public sealed class LoadOptions
{
    public const string Section = "Sensors:Load";

    /// <summary>Whether the urgent loop measures it at all.</summary>
    /// <value>Default true.</value>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Looks at each server in a minute; an hour then rests on sixty times as many.</summary>
    /// <value>Default 10. From 1 to 30.</value>
    [Range(1, 30)]
    public int Samples { get; set; } = 10;

    /// <summary>Time between two looks. All of them together end well within the minute of an activity.</summary>
    /// <value>Default 1 second. From 1 millisecond to 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(1);
}
