namespace Idp.Policies;

/// <summary>Every code a diagnostic can carry. Users search for them, so none is ever reused.</summary>
public static class DiagnosticCodes
{
    /// <summary>Not YAML, or not UTF-8.</summary>
    public const string Syntax = "IDP1001";

    /// <summary>The file exceeds 1 MiB.</summary>
    public const string TooLarge = "IDP1002";

    /// <summary>Lists and mappings are nested deeper than 32.</summary>
    public const string TooDeep = "IDP1003";

    /// <summary>The file has more than 50,000 nodes.</summary>
    public const string TooManyNodes = "IDP1004";

    /// <summary>An anchor or an alias: one line could stand for gigabytes.</summary>
    public const string Anchor = "IDP1005";

    /// <summary>A YAML tag.</summary>
    public const string Tag = "IDP1006";

    /// <summary>A second document in one file.</summary>
    public const string SeveralDocuments = "IDP1007";

    /// <summary>A field given twice.</summary>
    public const string DuplicateField = "IDP1008";

    /// <summary>Nothing in the file.</summary>
    public const string Empty = "IDP1009";

    /// <summary>A field that the form does not have.</summary>
    public const string UnknownField = "IDP1010";

    /// <summary>A field that the form requires.</summary>
    public const string MissingField = "IDP1011";

    /// <summary>A list where text belongs, text where a number belongs, and so on.</summary>
    public const string WrongKind = "IDP1012";

    /// <summary>Not one of the allowed words.</summary>
    public const string UnknownValue = "IDP1013";

    /// <summary>A number outside its range.</summary>
    public const string OutOfRange = "IDP1014";

    /// <summary>A text or a list that is empty or too long.</summary>
    public const string WrongSize = "IDP1015";

    /// <summary>The same list item twice.</summary>
    public const string DuplicateItem = "IDP1016";

    /// <summary>A region name that is misspelt, or not configured where it has to be.</summary>
    public const string UnknownRegion = "IDP1017";

    /// <summary>A region name or glob that matches no configured region (a warning: policies travel).</summary>
    public const string UnmatchedRegion = "IDP1018";

    /// <summary>Not of the form that a region, a dataset, a table or a column has.</summary>
    public const string BadName = "IDP1019";

    /// <summary>Two fields that contradict each other.</summary>
    public const string Contradiction = "IDP1020";

    /// <summary>Two policies of one name.</summary>
    public const string DuplicatePolicy = "IDP1021";

    /// <summary>A folder that holds no policy, or too many.</summary>
    public const string FolderSize = "IDP1022";

    /// <summary>More than 100 diagnostics; the rest is not shown.</summary>
    public const string TooManyDiagnostics = "IDP1023";
}
