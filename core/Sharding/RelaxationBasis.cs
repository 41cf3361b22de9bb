namespace Idp.Core.Sharding;

/// <summary>Where a relaxation was solved: enough to solve it again nearby.</summary>
/// <param name="Work">What is basic besides the keys, one a limit: a choice, or the complement of a limit for what is left of it.</param>
/// <param name="Keys">Beside each choice, the key of its item. All other items have their cheapest choice.</param>
internal sealed record RelaxationBasis(int[] Work, int[] Keys)
{
    /// <returns>Nothing is scarce.</returns>
    public static RelaxationBasis Free(int limits)
    {
        int[] left = [.. Enumerable.Range(0, limits).Select(limit => ~limit)];
        return new RelaxationBasis(left, left);
    }

    /// <returns>The same with other numbers for the choices.</returns>
    public RelaxationBasis Renumbered(ReadOnlySpan<int> numbers)
    {
        var (work, keys) = (Work.ToArray(), Keys.ToArray());
        for (var row = 0; row < work.Length; row++)
        {
            (work[row], keys[row]) = work[row] < 0 ? (work[row], keys[row]) : (numbers[work[row]], numbers[keys[row]]);
        }

        return new RelaxationBasis(work, keys);
    }
}
