using System.Text.Json.Serialization;

namespace Idp.Simulation.ClosedLoop;

/// <summary>What a row of a comparison stands for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PolicyRole>))]
public enum PolicyRole
{
    /// <summary>What is being judged.</summary>
    Plane,

    /// <summary>A published method, decided hour by hour under the same constraints.</summary>
    Baseline,

    /// <summary>A method that does not keep the cap on sites: shown, not compared.</summary>
    Reference,

    /// <summary>Knows what will come: nobody can be asked to reach it.</summary>
    Hindsight,
}
