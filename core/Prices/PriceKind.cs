namespace Idp.Core.Prices;

/// <summary>What a price is for.</summary>
public enum PriceKind
{
    /// <summary>Bytes kept in a tier, per decimal gigabyte and month of 30 days.</summary>
    Storage,

    /// <summary>Bytes read back from a tier, per decimal gigabyte.</summary>
    Retrieval,

    /// <summary>Least time that bytes are charged for in a tier, in days; not money, but a term of the same price list.</summary>
    MinimumDuration,

    /// <summary>One virtual CPU of an instance type for an hour; <c>vcpu</c> where the type does not matter.</summary>
    Compute,

    /// <summary>Bytes sent to another region (<c>region</c>) or out (<c>internet</c>), per decimal gigabyte, charged at the source.</summary>
    Egress,

    /// <summary>A thousand writes (<c>put</c>) to an object store.</summary>
    Requests,
}
