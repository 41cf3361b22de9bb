namespace Idp.Policies;

public enum PolicyPriority
{
    Low,
    Medium,
    High,
    Critical,
}
