namespace Idp.Storage.Regions;

/// <summary>A sequence from which a column of an adopted table draws its numbers, in one store.</summary>
/// <param name="Table">Full name of the adopted table.</param>
/// <param name="Sql">The sequence's quoted name. Stores may name theirs differently: what they have in common is the column.</param>
/// <param name="Increment">Below zero for one that counts down.</param>
/// <param name="HasCycle">It begins anew at its end, so no number is above all that were drawn.</param>
/// <param name="Last">The last number drawn by any session, kept or not; null before the first.</param>
internal sealed record KeySequence(string Table, string Column, string Sql, long Increment, long Minimum, long Maximum, bool HasCycle, long? Last)
{
    /// <summary>How many numbers must be drawn here so that every later one comes after all that <paramref name="other"/> has drawn.</summary>
    /// <returns>0 when none, also where the two can never meet: other remainders of one increment, other ranges, other directions.</returns>
    public long StepsPast(KeySequence other)
    {
        if (other.Last is not { } top || HasCycle || other.HasCycle || Math.Sign(Increment) != Math.Sign(other.Increment) || top < Minimum || top > Maximum)
        {
            return 0;
        }

        if (Last is not { } last)
        {
            return 1; // Where it begins is known by what it draws.
        }

        var distance = (Int128)top - last;
        if (Increment == other.Increment && distance % Increment != 0)
        {
            return 0;
        }

        var steps = (distance / Increment) + (distance % Increment == 0 || Int128.IsNegative(distance) != Int128.IsNegative(Increment) ? 0 : 1);
        var left = ((Int128)(Increment > 0 ? Maximum : Minimum) - last) / Increment;
        return (long)Int128.Clamp(Int128.Min(steps, left), 0, long.MaxValue);
    }
}
