using System.Text.Json.Serialization;

namespace Idp.Core.Controllers.Cost;

/// <summary>Where a service's spend stands against its budget.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BudgetLevel>))]
public enum BudgetLevel
{
    Within,

    /// <summary>At the alert threshold.</summary>
    Near,

    /// <summary>Above the budget: nothing more is spent on performance, and saving goes first.</summary>
    Over,

    /// <summary>Far above: operators are paged.</summary>
    Page,
}
