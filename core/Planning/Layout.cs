namespace Idp.Core.Planning;

/// <summary>Where an object's copies are, by region index: one primary among the sites, replicas at the others.</summary>
public readonly record struct Layout(int Primary, SiteSet Sites)
{
    /// <returns>A primary without replicas.</returns>
    public static Layout Single(int primary) => new(primary, SiteSet.Empty.With(primary));

    /// <value>The sites that follow the primary.</value>
    public SiteSet Replicas => Sites.Without(Primary);

    /// <returns>Sites of <paramref name="next"/> to which the object must be copied first.</returns>
    public int CopiesTo(Layout next) => next.Sites.Except(Sites).Count;
}
