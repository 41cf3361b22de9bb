namespace Idp.Policies.Yaml;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Spelling
{
    // Names are at most 63 characters; longer text is no slip of one.
    private const int MaxLength = 64;

    /// <summary>The candidate with the fewest slips, or none when all are too far.</summary>
    /// <remarks>At most one slip for every three characters, and three in all; ties go to the first in ordinal order.</remarks>
    public static string? Nearest(string found, IEnumerable<string> candidates)
    {
        var limit = Math.Clamp(found.Length / 3, 1, 3);
        return candidates
            .Select(candidate => (Text: candidate, Slips: Distance(found, candidate)))
            .Where(ranked => ranked.Slips <= limit)
            .OrderBy(ranked => ranked.Slips)
            .ThenBy(ranked => ranked.Text, StringComparer.Ordinal)
            .Select(ranked => ranked.Text)
            .FirstOrDefault();
    }

    /// <summary>Letters inserted, left out, exchanged, or swapped with their neighbour.</summary>
    public static int Distance(string a, string b)
    {
        if (a.Length > MaxLength || b.Length > MaxLength)
        {
            return int.MaxValue;
        }

        var slips = new int[a.Length + 1][];
        for (var i = 0; i <= a.Length; i++)
        {
            slips[i] = new int[b.Length + 1];
            for (var j = 0; j <= b.Length; j++)
            {
                slips[i][j] = Step(i, j);
            }
        }

        return slips[a.Length][b.Length];

        int Step(int i, int j)
        {
            if (i == 0 || j == 0)
            {
                return i + j;
            }

            var fewest = Math.Min(
                Math.Min(slips[i - 1][j], slips[i][j - 1]) + 1,
                slips[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            var swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            return swapped ? Math.Min(fewest, slips[i - 2][j - 2] + 1) : fewest;
        }
    }
}
